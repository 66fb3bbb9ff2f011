internal import Git
internal import Manifests

/// Reads single commits of a state store as snapshots.
struct SnapshotReader: Sendable {
  private let branch: RemoteBranch
  private let objects: ObjectCache
  private let history: HistoryReader

  init(of branch: RemoteBranch, in objects: ObjectCache, history: HistoryReader) {
    self.branch = branch
    self.objects = objects
    self.history = history
  }

  /// Reads a commit; without one, the commit that the branch points to now.
  func read<Value: Sendable>(
    _ commit: ObjectID?, deadline: ContinuousClock.Instant,
    _ body: @Sendable (Snapshot) throws -> Value
  ) async throws -> Value {
    guard let commit else {
      let newest = try await readNewest(deadline: deadline) { snapshot in
        snapshot.id == nil ? nil : try body(snapshot)
      } tip: {
        try await branch.tip(deadline: deadline)
      }
      guard let value = newest.value else { throw await branch.missing(deadline: deadline) }
      return value
    }
    let result: Result<Value, LandingError>
    do {
      result = try await history.withHistory(of: commit, deadline: deadline) { history in
        try await objects.withObjects(from: commit, deadline: deadline) { reader in
          // An error of the body is not an error of the commit.
          try Self.result { try body(Snapshot(of: commit, reading: reader, history: history)) }
        }
      }
    } catch let error as LandingError where error.outcome == .corruptRepository {
      throw LandingError(
        .invalidConfiguration,
        "commit \(commit) cannot be read from \(branch.description.url): \(error.message)")
    }
    return try result.get()
  }

  /// Reads the tip of the branch, and looks it up again when it has moved before it could be read.
  ///
  /// - Parameters:
  ///   - deadline: When to stop.
  ///   - body: A function of the snapshot, which is empty when the branch does not exist.
  ///   - tip: Looks the tip up.
  func readNewest<Value: Sendable>(
    deadline: ContinuousClock.Instant, _ body: @Sendable (Snapshot) throws -> Value,
    tip lookUp: () async throws -> ObjectID?
  ) async throws -> (tip: ObjectID?, value: Value) {
    let dependencies = branch.dependencies
    var retries = RetryPolicy(deadline: deadline)
    while true {
      let tip = try await lookUp()
      do {
        let value = try await history.withHistory(of: tip, deadline: deadline) { history in
          try await objects.withObjects(ofTip: tip, deadline: deadline) { reader in
            try body(Snapshot(of: tip, reading: reader, history: history))
          }
        }
        return (tip, value)
      } catch let error as TipWithheld {
        let action = retries.next(
          after: .moved, now: dependencies.now(), randomUnit: dependencies.randomUnit())
        guard case .tryAgain(let pause) = action else { throw error.landingError }
        try await dependencies.sleep(pause)
      }
    }
  }

  private static func result<Value>(
    of body: () throws -> Value
  ) throws -> Result<Value, LandingError> {
    do { return .success(try body()) } catch let error as LandingError { return .failure(error) }
  }
}
