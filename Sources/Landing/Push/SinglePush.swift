internal import Git
internal import GitTransport
internal import Logging

/// The result of one push.
enum PushResult {
  case accepted
  /// The server would refuse it again.
  case refused(LandingError)
  /// Nothing was written, for a reason that is not in the push itself.
  case failed(LandingError)
  /// Another attempt may succeed; the error is for when no time is left for one.
  case lost(RetryPolicy.Event, LandingError)

  fileprivate var observed: PushObservation.Outcome {
    switch self {
    case .accepted: .accepted
    case .refused: .refused
    case .lost(.moved, _): .moved
    case .lost(.locked, _): .locked
    case .lost, .failed: .brokenOff
    }
  }
}

/// Sends one push and finds out what became of it: from the server's report, and where that is not
/// enough, from the branch.
struct SinglePush: Sendable {
  let branch: RemoteBranch
  let readBack: ReadBack
  let observer: PushObserver

  private var description: StateStoreDescription { branch.description }

  /// Pushes the commits of a plan.
  ///
  /// - Throws: `LandingError` when it is not known whether the push has landed.
  func send(
    _ plan: BatchPlan, to tip: ObjectID, over connection: PushConnection,
    _ deadline: ContinuousClock.Instant
  ) async throws -> PushResult {
    let update = ReferenceUpdate(name: branch.reference, old: plan.base ?? .zero, new: tip)
    let start = branch.dependencies.now()
    let result: PushResult
    do throws(TransportError) {
      let report = try await connection.push(
        update, pack: PackWriter(plan.new, thin: true), deadline: deadline)
      switch report.outcome {
      case .accepted: result = .accepted
      case .refused(let reason):
        result = await resolve(plan, refused: reason, report: report, deadline)
      }
    } catch {
      guard error.code == .outcomeUnknown else {
        guard let event = RetryPolicy.Event(error) else { return .failed(error.landingError) }
        return .lost(event, error.landingError)
      }
      result = try await resolve(plan, unknown: error, deadline)
    }
    observer(
      PushObservation(
        description, writes: plan.pushed.count, bytes: connection.sentByteCount,
        duration: start.duration(to: branch.dependencies.now()), outcome: result.observed,
        signing: plan.signing))
    return result
  }

  /// The connection broke after something was sent: only the branch shows whether it has landed.
  private func resolve(
    _ plan: BatchPlan, unknown error: TransportError, _ deadline: ContinuousClock.Instant
  ) async throws -> PushResult {
    branch.logger.notice("push broke off", metadata: ["error.message": "\(error.message)"])
    let now: ObjectID?
    switch await readBack.tip(until: deadline) {
    case .success(let tip): now = tip
    case .failure(let failure):
      throw LandingError(
        failure.unreadOutcome,
        """
        \(plan.tip?.hexadecimal ?? "a push") was sent to \(description.branch), and whether it \
        landed is not known: \(error.message). The branch could not be read afterwards either: \
        \(failure.message); run it again: what has landed is left as it is
        """, serverMessages: failure.serverMessages)
    }
    if now == plan.tip { return .accepted }
    if now != plan.base { return .lost(.moved, .movedByOthers(description)) }
    return .lost(
      RetryPolicy.Event(error) ?? .brokenOff,
      LandingError(
        .unreachable,
        """
        pushes to \(description.branch) of \(description.url) broke off again and again, the last \
        one because \(error.message). The branch does not show it: try again
        """, serverMessages: error.serverMessages))
  }

  /// The server's report says that this push did not move the branch; the branch shows why.
  private func resolve(
    _ plan: BatchPlan, refused reason: String, report: PushReport,
    _ deadline: ContinuousClock.Instant
  ) async -> PushResult {
    let messages = [reason] + report.messages.filter { $0 != reason }
    let tip = await readBack.tip(until: deadline)
    if case .success(let now) = tip {
      // A proxy may have sent the request twice.
      if now == plan.tip { return .accepted }
      if now != plan.base, report.cause != .hook {
        return .lost(.moved, .movedByOthers(description))
      }
    }
    switch report.cause {
    case .movedReference:
      guard case .failure(let failure) = tip else { return .lost(.locked, locked(messages)) }
      return .failed(unread(after: reason, messages, failure))
    case .serverFailure:
      return .lost(
        .brokenOff,
        LandingError(
          .unreachable,
          """
          \(description.url) failed at each push to \(description.branch), the last time with: \
          \(reason); nothing was written: try again
          """, serverMessages: messages))
    case .hook, .refusal, nil:
      return .refused(
        LandingError(
          .rejected,
          "\(description.url) refused the push to \(description.branch): \(reason)",
          serverMessages: messages))
    }
  }

  /// The branch is said to have moved, and could not be read.
  private func unread(
    after reason: String, _ messages: [String], _ failure: LandingError
  ) -> LandingError {
    LandingError(
      failure.unreadOutcome,
      """
      \(description.url) did not move \(description.branch) (\(reason)), and the branch could not be \
      read afterwards: \(failure.message); nothing was written: try again
      """, serverMessages: messages)
  }

  private func locked(_ messages: [String]) -> LandingError {
    LandingError(
      .conflict,
      """
      the server could not move \(description.branch) of \(description.url), though nobody else \
      did, and the time is up; nothing was written. Another writer may hold its lock, or have died \
      with it: then \(branch.reference).lock is to be removed on the server
      """, serverMessages: messages)
  }
}

extension LandingError {
  /// The error for a branch that others moved at each attempt until the deadline.
  static func movedByOthers(_ store: StateStoreDescription) -> LandingError {
    LandingError(
      .conflict,
      """
      \(store.branch) of \(store.url) was moved by others at each attempt, and the time is up; \
      nothing was written: try again
      """)
  }
}
