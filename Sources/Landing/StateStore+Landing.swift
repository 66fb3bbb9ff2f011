internal import Foundation
internal import Git
internal import GitTransport
internal import Logging

/// The way of a write: advertised tip, plan, push, read back, receipt.
extension StateStore {
  /// Lands changes: one commit each, one push for all, and the remote read back.
  ///
  /// When somebody else moves the branch first, the same changes are run on what they made of it.
  /// Running it again after any failure is safe: what has landed is found and left as it is.
  ///
  /// - Parameters:
  ///   - options: Until when, and as whom.
  ///   - changes: What to do, given what stands. It is asked again for each snapshot.
  /// - Throws: `LandingError`. Nothing is called landed that was not read back.
  public func land(
    options: LandingOptions, _ changes: @Sendable (Snapshot) throws -> [Change]
  ) async throws -> Receipt {
    var retries = RetryPolicy(deadline: options.deadline)
    while true {
      // While the server answers there is time to open what is kept here.
      async let opening = openPush(options)
      warmUp()
      let connection = try await opening
      let plan: Plan
      do {
        plan = try await self.plan(changes, on: connection.advertisement[reference], options)
      } catch {
        await connection.close()
        throw error
      }
      if let tip = plan.tip, plan.isDone {
        await connection.close()
        return receipt(for: plan, at: tip, pushes: retries.losses)
      }
      switch try await push(plan, over: connection, options) {
      case .accepted:
        let tip = try await readBack(plan, options)
        return receipt(for: plan, at: tip, pushes: retries.losses + 1)
      case .lost(let event):
        try await pause(after: event, &retries)
      }
    }
  }

  /// What would become of the branch as it is now; nothing is pushed.
  func plan(
    _ changes: @Sendable (Snapshot) throws -> [Change], on tip: ObjectID?,
    _ options: LandingOptions
  ) async throws -> Plan {
    guard tip != nil || options.createsBranch else { throw branchMissing() }
    let authorship = Plan.Authorship(
      name: options.authorName, email: options.authorEmail, date: surroundings.date())
    return try await withObjects(from: tip, deadline: options.deadline) { reader in
      try Plan(changes, on: tip, by: authorship, reading: reader)
    }
  }

  /// Off the actor's thread, so that both can work at once.
  @concurrent
  private nonisolated func openPush(
    _ options: LandingOptions
  ) async throws(LandingError) -> PushConnection {
    do throws(TransportError) {
      return try await remote.openPush(deadline: options.deadline)
    } catch {
      throw error.landingError
    }
  }

  private enum PushResult {
    case accepted
    case lost(RetryPolicy.Event)
  }

  private func push(
    _ plan: Plan, over connection: PushConnection, _ options: LandingOptions
  ) async throws -> PushResult {
    guard let tip = plan.tip else { throw branchMissing() }
    let update = ReferenceUpdate(name: reference, old: plan.base ?? .zero, new: tip)
    let report: PushReport
    do throws(TransportError) {
      let pack = try packed(plan.new)
      report = try await connection.push(update, pack: pack, deadline: options.deadline)
    } catch {
      guard error.code == .outcomeUnknown else { throw error.landingError }
      return try await resolve(plan, unknown: error, options)
    }
    switch report.outcome {
    case .accepted:
      unsaved.add(plan.new)
      return .accepted
    case .refused(let reason):
      return try await resolve(plan, refused: reason, report: report, options)
    }
  }

  private nonisolated func packed(_ new: NewObjects) throws(TransportError) -> [UInt8] {
    do throws(GitError) {
      return try PackWriter(thin: true).pack(new)
    } catch {
      throw TransportError(code: .refused, message: "\(error)", remote: description.url)
    }
  }

  /// A push that broke off may have landed: only the remote knows.
  private func resolve(
    _ plan: Plan, unknown error: TransportError, _ options: LandingOptions
  ) async throws -> PushResult {
    logger.notice("push broke off", metadata: ["error.message": "\(error.message)"])
    let now: ObjectID?
    do {
      now = try await tip(deadline: options.deadline)
    } catch {
      throw LandingError(
        error.outcome,
        """
        a push of \(plan.tip?.hexadecimal ?? "") was sent and its result is not known: \
        \(error.message); run it again: what has landed is left as it is
        """)
    }
    if now == plan.tip {
      unsaved.add(plan.new)
      return .accepted
    }
    return .lost(now == plan.base ? .brokenOff : .moved)
  }

  private func resolve(
    _ plan: Plan, refused reason: String, report: PushReport, _ options: LandingOptions
  ) async throws -> PushResult {
    let now = try await tip(deadline: options.deadline)
    if now == plan.tip { return .accepted }
    if now != plan.base { return .lost(.moved) }
    let words = [reason] + report.messages.filter { $0 != reason }
    let isRace = report.suggestsMovedReference && !reason.contains("hook declined")
    guard isRace else {
      throw LandingError(
        .rejected,
        "\(description.url) refused the push to \(description.branch): \(reason)",
        serverMessages: words)
    }
    return .lost(.locked)
  }

  private func pause(
    after event: RetryPolicy.Event, _ retries: inout RetryPolicy
  ) async throws {
    let action = retries.next(
      after: event, now: surroundings.now(), chance: surroundings.chance())
    switch action {
    case .tryAgain(let pause):
      logger.info(
        "branch moved, trying again",
        metadata: ["push.losses": "\(retries.losses)", "push.event": "\(event)"])
      try await sleep(pause)
    case .giveUp:
      throw LandingError(
        .conflict,
        """
        \(description.branch) of \(description.url) was moved by others at each of \
        \(retries.losses) attempts, and the time is up; nothing was written: try again
        """)
    }
  }

  private func sleep(_ pause: Duration) async throws(LandingError) {
    do {
      try await surroundings.sleep(pause)
    } catch {
      throw LandingError(.timedOut, "cancelled while waiting to push again; nothing was written")
    }
  }
}

/// How a write is to be done.
public struct LandingOptions: Sendable {
  /// When to stop.
  public var deadline: ContinuousClock.Instant
  /// The name of the commits' author.
  public var authorName: String
  /// The address of the commits' author.
  public var authorEmail: String
  /// Whether a branch that does not exist is made.
  public var createsBranch: Bool

  /// Puts options together; the author is Kratix's unless another is named.
  public init(
    deadline: ContinuousClock.Instant, authorName: String = "kratix", authorEmail: String = "",
    createsBranch: Bool = false
  ) {
    self.deadline = deadline
    self.authorName = authorName
    self.authorEmail = authorEmail
    self.createsBranch = createsBranch
  }
}
