internal import Git
internal import Landing

extension Report {
  /// The same report, with the commits in which receipts say that something stood, where the branch does
  /// not reach them any more: its history was rewritten.
  ///
  /// - Throws: `LandingError`.
  func withLostCommits(
    of placements: [ExpectedPlacement], from stateStore: StateStore,
    deadline: ContinuousClock.Instant
  ) async throws -> Report {
    guard let tip = commit?.id, placements.contains(where: { $0.heldBy != nil }) else {
      return self
    }
    let log = try await stateStore.history.log(
      from: tip, atMost: HistoryReader.mostCommitsAlone, deadline: deadline)
    // Where older commits were not read, it may be one of them.
    guard log.isWhole else { return self }
    var report = self
    for placement in placements {
      guard let commit = placement.heldBy, !log.reaches(commit) else { continue }
      report.name(commit, lostFor: placement)
    }
    return report
  }

  private mutating func name(_ commit: ObjectID, lostFor placement: ExpectedPlacement) {
    let paths = Set(placement.files.map(\.path) + [placement.directory.description])
    for resource in resources.indices where resources[resource].subject == placement.subject {
      for index in resources[resource].findings.indices {
        let finding = resources[resource].findings[index]
        guard [.notLanded, .missingFile, .modifiedFile].contains(finding.rule),
          finding.file.map(paths.contains) == true
        else { continue }
        resources[resource].findings[index].cause =
          "it landed as \(commit.abbreviated), which is no longer in the branch: its history was "
          + "rewritten"
        resources[resource].findings[index].remedy =
          "land it again with \"statestore write\"; where \(commit.abbreviated) is still known, "
          + "\"git show \(commit.abbreviated)\" shows what is lost"
      }
    }
  }
}
