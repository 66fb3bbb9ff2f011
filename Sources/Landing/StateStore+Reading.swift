public import Git
internal import GitTransport

/// The way of a check: one commit, read as a whole.
extension StateStore {
  /// The commit that the remote's branch names now; `nil` when the branch does not exist.
  ///
  /// - Throws: `LandingError`.
  public func tip(deadline: ContinuousClock.Instant) async throws(LandingError) -> ObjectID? {
    do throws(TransportError) {
      let advertised = try await remote.references(withPrefix: [reference], deadline: deadline)
      return advertised[reference]
    } catch {
      throw error.landingError
    }
  }

  /// Reads the branch as it is on the remote now, or one commit of the state store.
  ///
  /// The body may be run several times and must have no effect of its own.
  ///
  /// - Throws: `LandingError`; `branch-missing` when the branch does not exist. What the body
  ///   throws of its own is passed on.
  public func read<Value: Sendable>(
    _ commit: ObjectID? = nil, deadline: ContinuousClock.Instant,
    _ body: @Sendable (Snapshot) throws -> Value
  ) async throws -> Value {
    let tip: ObjectID?
    if let commit { tip = commit } else { tip = try await self.tip(deadline: deadline) }
    guard let tip else { throw branchMissing() }
    return try await withObjects(from: tip, deadline: deadline) { reader in
      try body(Snapshot(of: tip, reading: reader))
    }
  }

  nonisolated func branchMissing() -> LandingError {
    LandingError(
      .branchMissing,
      """
      \(description.url) has no branch \(description.branch); make it with \
      \"statestore init --repo \(description.url) --branch \(description.branch)\", or name the \
      branch that is there
      """)
  }
}
