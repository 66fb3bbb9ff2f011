package import Foundation
internal import Git
package import Kratix
package import Landing

extension Report {
  /// How old the last commit of what landed may be.
  package struct Freshness: Sendable {
    /// The moment that ages are counted to.
    package let now: Date
    /// The age in seconds.
    package let seconds: TimeInterval

    /// Puts a moment and an age together.
    package init(now: Date, seconds: TimeInterval) {
      self.now = now
      self.seconds = seconds
    }
  }

  /// The same report, with what commits hold against it: changes by others than the state store
  /// (`foreign-commit`), and what nobody has written for long (`stale`).
  ///
  /// Commits come without what they hold; only those that matter are opened.
  ///
  /// - Throws: `LandingError`.
  package func withAuthorship(
    from stateStore: StateStore, as description: GitStateStore, freshness: Freshness? = nil,
    settings: RuleSettings, deadline: ContinuousClock.Instant
  ) async throws -> Report {
    guard let tip = commit?.id, resources.contains(where: { !$0.placements.isEmpty }) else {
      return self
    }
    let log = try await stateStore.history.log(
      from: tip, atMost: HistoryReader.mostCommits, deadline: deadline)
    var report = self
    if settings[.foreignCommit] != .off {
      let foreign = log.commits.filter { $0.commit.author.name != description.authorName }
      let touched = try await placements(
        touchedBy: foreign.map(\.id), in: log, of: stateStore, deadline: deadline)
      let changes = try await stateStore.history.lastChanges(
        of: touched.compactMap(StatePath.init(checking:)), from: tip, deadline: deadline)
      let isForeign = Dictionary(uniqueKeysWithValues: foreign.map { ($0.id, true) })
      let findings = touched.compactMap { path -> (String, Finding)? in
        guard let change = StatePath(checking: path).flatMap({ changes[$0] }),
          isForeign[change.id] == true
        else { return nil }
        return (
          path, ForeignCommit.finding(path, changedBy: change, author: description.authorName)
        )
      }
      report.add(findings, settings: settings)
    }
    if let freshness, settings[.stale] != .off {
      report.add(
        try await stale(freshness, log: log, of: stateStore, deadline: deadline),
        settings: settings)
    }
    return report
  }

  /// The placements below which some commits changed anything.
  private func placements(
    touchedBy commits: [ObjectID], in log: CommitLog, of stateStore: StateStore,
    deadline: ContinuousClock.Instant
  ) async throws -> [String] {
    guard !commits.isEmpty else { return [] }
    let known = Set(resources.flatMap(\.placements).flatMap(\.paths))
    return try await stateStore.history.changedPaths(
      by: commits, in: log, among: known, deadline: deadline
    ).sorted()
  }

  private func stale(
    _ freshness: Freshness, log: CommitLog, of stateStore: StateStore,
    deadline: ContinuousClock.Instant
  ) async throws -> [(String, Finding)] {
    let oldest = Int64((freshness.now.timeIntervalSince1970 - freshness.seconds).rounded(.down))
    let recent = log.commits.filter { $0.commit.committer.seconds >= oldest }
    // All commits that were looked at are recent: what none of them touched may be so too.
    guard recent.count < log.commits.count || log.isWhole else { return [] }
    let fresh = Set(
      try await placements(
        touchedBy: recent.map(\.id), in: log, of: stateStore, deadline: deadline))
    let old = resources.flatMap(\.placements).filter { fresh.isDisjoint(with: $0.paths) }
    return old.map { placement in
      (
        placement.path,
        Stale.finding(placement.path, oldest: oldest)
      )
    }
  }

  mutating func add(_ findings: [(String, Finding)], settings: RuleSettings) {
    let byPath = Dictionary(findings, uniquingKeysWith: { first, _ in first })
    guard !byPath.isEmpty else { return }
    for index in resources.indices {
      let found = resources[index].placements.flatMap(\.paths).compactMap { byPath[$0] }
      guard !found.isEmpty else { continue }
      resources[index].add(settings.applied(to: found))
    }
    summary = Summary(of: resources)
  }
}
