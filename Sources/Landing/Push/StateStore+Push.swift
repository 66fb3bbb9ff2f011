internal import Git
internal import GitTransport
internal import Logging

/// What became of a push.
enum PushResult {
  case accepted
  /// The server would refuse it again.
  case refused(LandingError)
  /// Nothing of it was done, and the reason is not the push itself.
  case failed(LandingError)
  /// It may succeed when it is made again; the error is for when there is no more time for that.
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

/// One push: sent, its report read, and where that is not enough, the branch as well.
extension StateStore {
  func push(
    _ plan: BatchPlan, to tip: ObjectID, over connection: PushConnection,
    _ deadline: ContinuousClock.Instant
  ) async throws -> PushResult {
    let update = ReferenceUpdate(name: reference, old: plan.base ?? .zero, new: tip)
    let start = surroundings.now()
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
    if case .accepted = result { keep(plan.new, at: tip, madeFrom: plan.base) }
    observer(
      PushObservation(
        description, writes: plan.pushed.count, bytes: connection.sentByteCount,
        duration: start.duration(to: surroundings.now()), outcome: result.observed))
    return result
  }

  /// Keeps what was pushed: in memory at first, for the disk costs time.
  private func keep(_ new: NewObjects, at tip: ObjectID, madeFrom base: ObjectID?) {
    // A large file is not read again by any write, and to keep it would hold it once more.
    let kept = new.withoutBlobs(over: Self.largeBlob)
    unsaved.add(kept)
    unsavedTips.append(
      FetchedTips.Made(id: tip, base: base, isKept: kept.objects.count == new.objects.count))
    recent.remember(new)
    lastTip = tip
    believe(in: tip)
    if unsaved.byteCount > Self.mostUnsaved { store() }
  }

  private static let mostUnsaved = 8 << 20
  private static let largeBlob = 1 << 20

  /// A push that broke off may have landed: only the remote knows.
  private func resolve(
    _ plan: BatchPlan, unknown error: TransportError, _ deadline: ContinuousClock.Instant
  ) async throws -> PushResult {
    logger.notice("push broke off", metadata: ["error.message": "\(error.message)"])
    let now: ObjectID?
    switch await look(until: deadline) {
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
    if now != plan.base { return .lost(.moved, movedByOthers()) }
    return .lost(
      RetryPolicy.Event(error) ?? .brokenOff,
      LandingError(
        .unreachable,
        """
        pushes to \(description.branch) of \(description.url) broke off again and again, the last \
        one because \(error.message). The branch does not show it: try again
        """, serverMessages: error.serverMessages))
  }

  /// The server's answer says that this push did not move the branch; what it names says why.
  private func resolve(
    _ plan: BatchPlan, refused reason: String, report: PushReport,
    _ deadline: ContinuousClock.Instant
  ) async -> PushResult {
    let words = [reason] + report.messages.filter { $0 != reason }
    let look = await look(until: deadline)
    if case .success(let now) = look {
      // The way to the server may have sent the request twice.
      if now == plan.tip { return .accepted }
      if now != plan.base, report.cause != .hook { return .lost(.moved, movedByOthers()) }
    }
    switch report.cause {
    case .movedReference:
      guard case .failure(let failure) = look else { return .lost(.locked, locked(words)) }
      return .failed(unread(after: reason, words, failure))
    case .serverFailure:
      return .lost(
        .brokenOff,
        LandingError(
          .unreachable,
          """
          \(description.url) failed at each push to \(description.branch), the last time with: \
          \(reason); nothing was written: try again
          """, serverMessages: words))
    case .hook, .refusal, nil:
      return .refused(
        LandingError(
          .rejected,
          "\(description.url) refused the push to \(description.branch): \(reason)",
          serverMessages: words))
    }
  }

  nonisolated func movedByOthers() -> LandingError {
    LandingError(
      .conflict,
      """
      \(description.branch) of \(description.url) was moved by others at each attempt, and the \
      time is up; nothing was written: try again
      """)
  }

  /// A push was refused because of what the branch is said to name, and that could not be seen.
  private nonisolated func unread(
    after reason: String, _ words: [String], _ failure: LandingError
  ) -> LandingError {
    LandingError(
      failure.unreadOutcome,
      """
      \(description.url) did not move \(description.branch) (\(reason)), and the branch could not be \
      read afterwards: \(failure.message); nothing was written: try again
      """, serverMessages: words)
  }

  private nonisolated func locked(_ words: [String]) -> LandingError {
    LandingError(
      .conflict,
      """
      the server could not move \(description.branch) of \(description.url), though nobody else \
      did, and the time is up; nothing was written. Another writer may hold its lock, or have died \
      with it: then \(reference).lock is to be removed on the server
      """, serverMessages: words)
  }
}
