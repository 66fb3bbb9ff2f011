internal import Git
package import Landing
package import Signing

extension Report {
  /// The same report with what signatures hold against the commits that last changed what was found
  /// (`unsigned-commit`, `untrusted-signature`).
  ///
  /// What cannot be read is an error, and no signature counts because of it.
  ///
  /// - Throws: `LandingError`.
  package func withSignatures(
    judgedBy signers: TrustedSigners, from stateStore: StateStore, settings: RuleSettings,
    deadline: ContinuousClock.Instant
  ) async throws -> Report {
    let isOff = settings[.unsignedCommit] == .off && settings[.untrustedSignature] == .off
    let paths = Set(resources.flatMap(\.placements).flatMap(\.paths)).sorted()
    guard !isOff, let tip = commit?.id, !paths.isEmpty else { return self }
    let histories = try await stateStore.history.histories(
      of: paths.compactMap(StatePath.init(checking:)), from: tip, deadline: deadline)
    let standing = histories.filter(\.value.existsAtTip)
    let changes = standing.compactMapValues(\.lastChange)
    let judgements = try await Self.judgements(
      of: Set(changes.values.map(\.id)), from: tip, by: signers, stateStore, deadline)
    var report = self
    report.add(
      changes.compactMap { path, change in
        judgements[change.id]?.finding(path.description, changedBy: change)
          .map { (path.description, $0) }
      }, settings: settings)
    report.note(Set(standing.keys.filter { changes[$0] == nil }.map(\.description)))
    return report
  }

  private static func judgements(
    of commits: Set<ObjectID>, from tip: ObjectID, by signers: TrustedSigners,
    _ stateStore: StateStore, _ deadline: ContinuousClock.Instant
  ) async throws -> [ObjectID: TrustedSigners.Judgement] {
    let bytes = try await stateStore.history.bytes(of: commits, from: tip, deadline: deadline)
    var judgements: [ObjectID: TrustedSigners.Judgement] = [:]
    for (id, bytes) in bytes {
      try LandingError.requireTime(until: deadline)
      judgements[id] = await signers.judgement(of: bytes, until: deadline)
    }
    return judgements
  }

  /// Says of resources that nothing is known of some of their signatures.
  private mutating func note(_ unknown: Set<String>) {
    guard !unknown.isEmpty else { return }
    for index in resources.indices {
      for path in resources[index].placements.flatMap(\.paths) where unknown.contains(path) {
        resources[index].notes.append(
          "\(path): the commit that last changed it is further back than commits are read, so its "
            + "signature was not judged")
      }
    }
  }
}

extension TrustedSigners.Judgement {
  fileprivate func finding(_ path: String, changedBy change: LogEntry) -> Finding? {
    switch self {
    case .trusted: nil
    case .unsigned: UnsignedCommit.finding(path, changedBy: change)
    case .untrusted(let reason):
      UntrustedSignature.finding(path, changedBy: change, because: reason)
    }
  }
}
