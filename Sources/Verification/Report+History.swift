internal import Git
public import Landing

extension Report {
  /// The same report, with the commits that last changed what is wrong.
  ///
  /// Only for resources with errors: history costs, and nobody asks who landed what is right.
  ///
  /// - Throws: `LandingError`.
  public func withHistory(
    from stateStore: StateStore, deadline: ContinuousClock.Instant
  ) async throws -> Report {
    guard let tip = commit?.id else { return self }
    let wrong = resources.filter { $0.findings.contains { $0.severity == .error } }
    let places = wrong.flatMap { resource in
      resource.placements.map(\.path) + resource.findings.compactMap(\.file)
    }
    let paths = Dictionary(
      places.compactMap { text in Self.path(text).map { (text, $0) } }
    ) { first, _ in first }
    guard !paths.isEmpty else { return self }
    let changes = try await stateStore.lastChanges(
      of: Array(Set(paths.values)), from: tip, deadline: deadline)
    let commits = paths.compactMapValues { path in
      changes[path].map { CommitSummary(id: $0.id, commit: $0.commit) }
    }
    return filled(with: commits)
  }

  private static func path(_ text: String) -> StatePath? {
    do throws(UnsafePath) { return try StatePath(text) } catch { return nil }
  }

  private func filled(with commits: [String: CommitSummary]) -> Report {
    var report = self
    for resource in resources.indices {
      for index in resources[resource].placements.indices {
        let path = resources[resource].placements[index].path
        report.resources[resource].placements[index].commit = commits[path]
      }
      for index in resources[resource].findings.indices {
        guard let file = resources[resource].findings[index].file else { continue }
        report.resources[resource].findings[index].introduced = commits[file]
      }
    }
    return report
  }
}
