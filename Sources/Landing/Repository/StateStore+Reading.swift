package import Git
internal import GitTransport
internal import Manifests

/// The way of a check: one commit, read as a whole.
extension StateStore {
  /// The commit that the remote's branch names now; `nil` when the branch does not exist.
  ///
  /// Off the actor's thread, so that it can work while the server answers.
  ///
  /// - Throws: `LandingError`.
  @concurrent
  package nonisolated func tip(
    deadline: ContinuousClock.Instant
  ) async throws(LandingError) -> ObjectID? {
    try await advertised(reference, deadline: deadline)
  }

  /// The object that a reference of the remote names now.
  private nonisolated func advertised(
    _ name: String, deadline: ContinuousClock.Instant
  ) async throws(LandingError) -> ObjectID? {
    do {
      return try await surroundings.retrying(until: deadline, logger: logger) {
        try await remote.references(withPrefix: [name], deadline: deadline)[name]
      }
    } catch {
      throw LandingError(error)
    }
  }

  /// Reads the branch as it is on the remote now, or one commit of the state store.
  ///
  /// The body may be run several times and must have no effect of its own.
  ///
  /// - Throws: `LandingError`; `branch-missing` when the branch does not exist. What the body
  ///   throws of its own is passed on.
  package func read<Value: Sendable>(
    _ commit: ObjectID? = nil, deadline: ContinuousClock.Instant,
    _ body: @Sendable (Snapshot) throws -> Value
  ) async throws -> Value {
    guard let commit else {
      let newest = try await readNewest(deadline: deadline) { snapshot in
        snapshot.id == nil ? nil : try body(snapshot)
      }
      guard let value = newest.value else { throw branchMissing() }
      return value
    }
    let result: Result<Value, LandingError>
    do {
      result = try await withHistory(of: commit, deadline: deadline) { history in
        try await withObjects(from: commit, deadline: deadline) { reader in
          // What the body finds wrong is no fault of the commit that was named.
          try Self.result { try body(Snapshot(of: commit, reading: reader, history: history)) }
        }
      }
    } catch let error as LandingError where error.outcome == .corruptRepository {
      throw LandingError(
        .invalidConfiguration,
        "commit \(commit) cannot be read from \(description.url): \(error.message)")
    }
    return try result.get()
  }

  /// Reads the branch as it is now; looked up again while it moves on before it can be read.
  ///
  /// - Parameters:
  ///   - opensPush: Whether the commit is asked for over a connection that the next push uses.
  ///   - deadline: When to stop.
  ///   - body: What to do with the snapshot, which is empty when the branch does not exist.
  /// - Throws: `LandingError`, and what the body throws of its own.
  func readNewest<Value: Sendable>(
    opensPush: Bool = false, deadline: ContinuousClock.Instant,
    _ body: @Sendable (Snapshot) throws -> Value
  ) async throws -> (tip: ObjectID?, value: Value) {
    var pauses = RetryPolicy(deadline: deadline)
    while true {
      let tip = try await opensPush ? tipForPush(deadline: deadline) : tip(deadline: deadline)
      do {
        let value = try await withHistory(of: tip, deadline: deadline) { history in
          try await withObjects(ofTip: tip, deadline: deadline) { reader in
            try body(Snapshot(of: tip, reading: reader, history: history))
          }
        }
        return (tip, value)
      } catch let error as TipWithheld {
        let action = pauses.next(
          after: .moved, now: surroundings.now(), chance: surroundings.chance())
        guard case .tryAgain(let pause) = action else { throw error.landingError }
        try await surroundings.sleep(pause)
      }
    }
  }

  private static func result<Value>(
    of body: () throws -> Value
  ) throws -> Result<Value, LandingError> {
    do { return .success(try body()) } catch let error as LandingError { return .failure(error) }
  }

  /// The commit that a revision names: a commit's whole name, a branch, or a whole reference.
  ///
  /// A tag stands for the commit that was tagged.
  ///
  /// - Returns: `nil` for no revision.
  /// - Throws: `LandingError`; `branch-missing` when the remote has nothing of that name,
  ///   `invalid-configuration` when it is no commit.
  package func commit(
    of revision: String?, deadline: ContinuousClock.Instant
  ) async throws(LandingError) -> ObjectID? {
    guard let revision else { return nil }
    if let id = ObjectID(hexadecimal: revision) { return try await peeled(id, deadline: deadline) }
    let name = revision.begins(with: "refs/") ? revision : "refs/heads/\(revision)"
    guard let named = try await advertised(name, deadline: deadline) else {
      throw LandingError(
        .branchMissing,
        """
        \(description.url) has no \(name); name a branch, a whole reference such as \
        refs/heads/main, or a commit by all its 40 digits
        """)
    }
    return try await peeled(named, deadline: deadline)
  }

  /// The commit that an object is, or that it is a tag of.
  private func peeled(
    _ id: ObjectID, deadline: ContinuousClock.Instant
  ) async throws(LandingError) -> ObjectID {
    let found: (id: ObjectID, kind: ObjectKind)
    do {
      found = try await withObjects(from: id, deadline: deadline) { try $0.peeled(id) }
    } catch {
      let error = LandingError(error)
      guard [.corruptRepository, .conflict].contains(error.outcome) else { throw error }
      throw LandingError(
        .invalidConfiguration, "\(id) cannot be read from \(description.url): \(error.message)")
    }
    guard found.kind == .commit else {
      throw LandingError(
        .invalidConfiguration,
        "\(found.id) of \(description.url) is a \(found.kind) and not a commit; name a commit, a "
          + "branch or a tag")
    }
    return found.id
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
