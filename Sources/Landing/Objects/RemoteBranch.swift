internal import Git
internal import GitTransport
internal import Logging
internal import Support

/// The branch of a state store on its server, and what is needed to talk to that server.
struct RemoteBranch: Sendable {
  let description: StateStoreDescription
  let remote: Remote
  let dependencies: Dependencies
  let logger: Logger

  /// The full name of the branch.
  var reference: String { "refs/heads/\(description.branch)" }

  /// The commit that the branch points to now; `nil` when the branch does not exist.
  func tip(deadline: ContinuousClock.Instant) async throws(LandingError) -> ObjectID? {
    try await target(of: reference, deadline: deadline)
  }

  /// The object that a reference of the remote points to now.
  func target(
    of name: String, deadline: ContinuousClock.Instant
  ) async throws(LandingError) -> ObjectID? {
    try await references(withPrefix: [name], deadline: deadline)[name]
  }

  /// The references of the remote whose names begin with one of the prefixes; all for no prefixes.
  ///
  /// Concurrent, so that an actor that calls it can do other work while the server answers.
  @concurrent
  func references(
    withPrefix prefixes: [String], deadline: ContinuousClock.Instant
  ) async throws(LandingError) -> ReferenceAdvertisement {
    do {
      return try await retrying(until: deadline) {
        try await remote.references(withPrefix: prefixes, deadline: deadline)
      }
    } catch {
      throw LandingError(error)
    }
  }

  /// Opens a connection for a push, whose advertisement says what the branch points to.
  @concurrent
  func openPush(deadline: ContinuousClock.Instant) async throws(LandingError) -> PushConnection {
    do {
      return try await retrying(until: deadline) { try await remote.openPush(deadline: deadline) }
    } catch {
      throw LandingError(error)
    }
  }

  /// Makes a request that changes nothing, and repeats it after temporary failures.
  func retrying<Value>(
    until deadline: ContinuousClock.Instant, _ request: () async throws -> Value
  ) async throws -> Value {
    try await dependencies.retrying(until: deadline, logger: logger, request)
  }

  /// A limit for work that ends at the deadline.
  func limit(_ deadline: ContinuousClock.Instant) -> TimeLimit {
    TimeLimit(deadline: deadline, now: dependencies.now)
  }

  /// The error for a branch that does not exist, with those that do.
  func missing(deadline: ContinuousClock.Instant) async -> LandingError {
    let others = await branchNames(deadline: deadline)
    let listed = others.map { "; " + $0.description(besides: description.branch) }
    let meant =
      others?.meant(by: description.branch).map { .flag("--branch", $0) }
      ?? LandingError.Correction.initialize
    return LandingError(
      .branchMissing,
      """
      \(description.url) has no branch \(description.branch)\(listed ?? ""). Name one with --branch, \
      or make it with "statestore init"
      """, corrections: [meant])
  }

  /// The branches of the remote; `nil` if they cannot be read.
  func branchNames(deadline: ContinuousClock.Instant) async -> BranchNames? {
    let prefix = "refs/heads/"
    // They only add to an error that is told anyway.
    guard let found = try? await references(withPrefix: [prefix], deadline: deadline) else {
      return nil
    }
    return BranchNames(found.references.keys.map { String($0.text.dropFirst(prefix.count)) })
  }
}
