internal import Git
internal import Kratix
package import Landing

extension Report {
  /// The same report, with the commits that brought what is wrong.
  ///
  /// Only for resources with errors: history costs, and nobody asks who landed what is right.
  ///
  /// - Parameter isHidden: Tells of which paths no history is shown.
  /// - Throws: `LandingError`.
  package func withHistory(
    from stateStore: StateStore, deadline: ContinuousClock.Instant,
    hiding isHidden: (String) -> Bool = { _ in false }
  ) async throws -> Report {
    guard let tip = commit?.id else { return self }
    let wrong = resources.filter { $0.findings.contains { $0.severity == .error } }
    let places = wrong.prefix(Self.mostWithHistory).flatMap { resource in
      resource.placements.map(\.path)
        + resource.findings.filter {
          $0.rule != .invalidRequest && !ModifiedFile.isOfAnotherPlacement($0)
        }
        .compactMap(\.file)
    }
    let paths = Dictionary(
      places.filter { !isHidden($0) }.compactMap { text in
        StatePath(checking: text).map { (text, $0) }
      }
    ) { first, _ in first }
    guard !paths.isEmpty else { return self }
    let histories = try await stateStore.history.histories(
      of: Array(Set(paths.values)), from: tip, deadline: deadline)
    return filled(with: paths.compactMapValues { histories[$0] })
  }

  /// Of how many resources the history is asked for: whoever has more that is wrong has one cause
  /// for it.
  private static let mostWithHistory = 200

  private func filled(with histories: [String: PathHistory]) -> Report {
    var report = self
    for resource in resources.indices {
      for index in resources[resource].placements.indices {
        let history = histories[resources[resource].placements[index].path]
        report.resources[resource].placements[index].commit =
          history?.lastChange.map { CommitSummary(id: $0.id, commit: $0.commit) }
      }
      for index in resources[resource].findings.indices {
        let finding = resources[resource].findings[index]
        guard let history = finding.file.flatMap({ histories[$0] }) else { continue }
        report.resources[resource].findings[index].take(history)
      }
    }
    return report
  }
}

extension Verifier {
  /// A report with the commits that brought what is wrong, as far as whoever asks may see them.
  ///
  /// - Throws: `LandingError`.
  package func withHistory(
    _ report: Report, from store: StateStore, deadline: ContinuousClock.Instant
  ) async throws -> Report {
    // The commits that changed what placements share tell of all of them.
    let shared =
      showsOnlyOwn ? platform.destinations.values.filter { $0.isShared(on: stateStore) } : []
    let tops = shared.map { (try? $0.directory(in: stateStore)) ?? "" }
    return try await report.withHistory(from: store, deadline: deadline) { path in
      tops.contains { $0.isEmpty || path.utf8.starts(with: "\($0)/".utf8) }
    }
  }
}

extension Finding {
  /// What is gone was removed by somebody, or was never there: two different nights.
  mutating func take(_ history: PathHistory) {
    let last = history.lastChange.map { CommitSummary(id: $0.id, commit: $0.commit) }
    introduced = last
    if history.existsAtTip { return }
    removed = last
    landed = history.lastPresentCommit.map { CommitSummary(id: $0.id, commit: $0.commit) }
    guard cause == nil else { return }
    cause = Self.cause(landed: landed, removed: removed, history: history)
    if let removed {
      remedy = "land it again, or take the removal back: git revert \(removed.id.abbreviated)"
    }
  }

  private static func cause(
    landed: CommitSummary?, removed: CommitSummary?, history: PathHistory
  ) -> String {
    guard let removed else {
      return history.isWhole
        ? "it never landed" : "it did not land in the last \(history.commitsSeen) commits"
    }
    let first = landed.map { "landed at \($0.id.abbreviated)" } ?? "it had landed"
    return "\(first), removed by \(removed.author ?? "somebody") at \(removed.id.abbreviated)"
  }
}

extension StatePath {
  /// A path of a report; `nil` for one that is none of a repository.
  init?(checking text: String) {
    do throws(UnsafePath) { try self.init(text) } catch { return nil }
  }
}
