internal import Git
internal import GitTransport
internal import Logging
internal import Signing

/// Pushes batches of writes: plan on the tip, push, read back, receipts.
actor Pusher {
  nonisolated let branch: RemoteBranch
  private nonisolated let executor: ThreadExecutor
  private let objects: ObjectCache
  private let history: HistoryReader
  private let readBack: ReadBack
  private let singlePush: SinglePush
  private let signer: CommitSigner?
  private var tips: TipCache
  /// A connection that was opened to look up the branch's tip, for the next attempt to use.
  private var opened: PushConnection?

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(
    to branch: RemoteBranch, objects: ObjectCache, history: HistoryReader, readBack: ReadBack,
    tips: TipCache, signer: CommitSigner?, observer: @escaping PushObserver,
    on executor: ThreadExecutor
  ) {
    self.branch = branch
    self.objects = objects
    self.history = history
    self.readBack = readBack
    self.tips = tips
    self.signer = signer
    self.executor = executor
    singlePush = SinglePush(branch: branch, readBack: readBack, observer: observer)
  }

  /// Some writes of a batch that are pushed together.
  private struct Attempt: Sendable {
    let writes: [(number: Int, write: PendingWrite)]
    /// How often they were pushed before.
    let pushes: Int
    let deadline: ContinuousClock.Instant

    func answer(_ number: Int, _ result: Result<Receipt, LandingError>) {
      writes.first { $0.number == number }?.write.waiter.answer(result)
    }
  }

  /// The result of an attempt.
  private struct Ending {
    let event: Batch.Event
    var failure: LandingError?
    /// Writes to the same paths as a write before them, which must be read back first.
    var deferred: [PendingWrite] = []
  }

  /// Lands writes together, and gives each its result.
  ///
  /// - Returns: The writes that have none: they must be pushed after the others.
  func push(
    _ writes: [PendingWrite], until deadline: ContinuousClock.Instant
  ) async -> [PendingWrite] {
    let dependencies = branch.dependencies
    var batch = Batch(count: writes.count, deadline: deadline)
    var deferred: [PendingWrite] = []
    var failure: LandingError?
    var action = batch.first
    while true {
      var event = Batch.Event.answered
      switch action {
      case .finish: return deferred
      case .refuse(let number):
        if let failure { writes[number].waiter.answer(.failure(failure)) }
      case .giveUp(let numbers):
        if let failure { for number in numbers { writes[number].waiter.fail(failure) } }
      case .attempt(let numbers, let pause, let pushes):
        do {
          if pushes > 0 { try await dependencies.sleep(pause) }
          let wanted = numbers.filter { writes[$0].waiter.isWaiting }
          let ending = try await run(
            Attempt(
              writes: wanted.map { ($0, writes[$0]) }, pushes: pushes, deadline: deadline))
          (event, failure) = (ending.event, ending.failure)
          deferred = ending.deferred + deferred
        } catch {
          let error = LandingError(error)
          for write in writes { write.waiter.fail(error) }
          return deferred
        }
      }
      action = batch.next(
        after: event, now: dependencies.now(), randomUnit: dependencies.randomUnit())
    }
  }

  /// Stores the tip of the last push for the next process.
  ///
  /// - Returns: The tip.
  func saveTip() -> ObjectID? {
    tips.save()
    return tips.tip
  }

  // MARK: Connections

  /// The tip of the branch, looked up over the connection that the next push uses.
  ///
  /// - Throws: `LandingError`.
  func tipForPush(deadline: ContinuousClock.Instant) async throws -> ObjectID? {
    await closeUnused()
    let connection = try await takeConnection(deadline)
    // Another task may have opened one meanwhile.
    let replaced = opened
    opened = connection
    await replaced?.close()
    return connection.advertisement[branch.reference]
  }

  /// Closes the connection of `tipForPush` when no push has used it.
  func closeUnused() async {
    guard let unused = opened else { return }
    opened = nil
    await unused.close()
  }

  /// The connection of `tipForPush`, or a new one.
  private func takeConnection(
    _ deadline: ContinuousClock.Instant
  ) async throws -> PushConnection {
    if let opened {
      self.opened = nil
      return opened
    }
    // The cache is opened while the server answers.
    async let opening = branch.openPush(deadline: deadline)
    await objects.warmUp()
    let connection = try await opening
    tips.compare(with: connection.advertisement[branch.reference])
    return connection
  }

  // MARK: One attempt

  private func run(_ attempt: Attempt) async throws -> Ending {
    guard !attempt.writes.isEmpty else { return Ending(event: .answered) }
    if opened == nil, attempt.pushes == 0, let ending = try await runOptimistically(attempt) {
      return ending
    }
    let connection = try await takeConnection(attempt.deadline)
    let base = connection.advertisement[branch.reference]
    let plan: BatchPlan
    do {
      plan = try await self.plan(attempt, on: base)
    } catch {
      await connection.close()
      // Another push came between the advertisement and the fetch: ours would be rejected too.
      guard error is TipWithheld else { throw error }
      return Ending(
        event: .lost(attempt.writes.map(\.number), .moved),
        failure: .movedByOthers(branch.description))
    }
    let deferred = answerWithoutPush(plan, attempt)
    guard plan.tip != plan.base else {
      await connection.close()
      return Ending(event: .answered, deferred: deferred)
    }
    let signed: BatchPlan
    do {
      signed = try await sign(plan, attempt)
    } catch {
      await connection.close()
      throw error
    }
    guard let tip = signed.tip else { return Ending(event: .answered, deferred: deferred) }
    var ending = try await end(
      attempt, signed, send(signed, attempt, to: tip, over: connection))
    ending.deferred = deferred
    return ending
  }

  /// Pushes onto the cached tip without asking whether it is still the newest commit.
  ///
  /// - Returns: `nil` when the server has to be asked; then no write has its result.
  private func runOptimistically(_ attempt: Attempt) async throws -> Ending? {
    guard let (base, offer) = tips.optimisticBase,
      let connection = branch.remote.openPush(
        of: branch.reference, believedAt: base, offer: offer)
    else { return nil }
    // Errors are reported after the server was asked: they may not hold for its newest commit.
    guard var plan = try? await self.plan(attempt, on: base), plan.tip != base,
      plan.failures.isEmpty, plan.unchanged.isEmpty
    else { return nil }
    plan = try await sign(plan, attempt)
    guard let tip = plan.tip else { return nil }
    let result = try await send(plan, attempt, to: tip, over: connection)
    switch result {
    case .failed, .lost(.moved, _):
      tips.invalidateTip()
      return nil
    case .accepted, .refused, .lost:
      let deferred = answerWithoutPush(plan, attempt)
      var ending = try await end(attempt, plan, result)
      ending.deferred = deferred
      return ending
    }
  }

  private func plan(_ attempt: Attempt, on tip: ObjectID?) async throws -> BatchPlan {
    let date = branch.dependencies.date()
    // Only a write that may not make the branch needs to know which others there are.
    let lacksBranch = tip == nil && attempt.writes.contains { !$0.write.options.createsBranch }
    let branchMissing = lacksBranch ? await branch.missing(deadline: attempt.deadline) : nil
    let levels = attempt.writes.compactMap(\.write.request?.levelsAbovePromises).min()
    return try await history.withHistory(of: tip, deadline: attempt.deadline) { history in
      try await objects.withObjects(
        ofTip: tip, levels: levels, mustBeNewest: true, deadline: attempt.deadline
      ) { reader in
        try BatchPlan(
          attempt.writes, on: tip, at: date, reading: reader, history: history,
          branchMissing: branchMissing)
      }
    }
  }

  private func sign(_ plan: BatchPlan, _ attempt: Attempt) async throws -> BatchPlan {
    guard let signer else { return plan }
    return try await plan.signed(
      by: signer, until: attempt.deadline, now: branch.dependencies.now)
  }

  /// Answers the writes that cannot land and those that have landed already.
  ///
  /// - Returns: The writes that must be pushed after the others.
  private func answerWithoutPush(_ plan: BatchPlan, _ attempt: Attempt) -> [PendingWrite] {
    for (number, error) in plan.failures { attempt.answer(number, .failure(error)) }
    if let base = plan.base {
      for part in plan.unchanged {
        attempt.answer(part.write, .success(receipt(part, plan, at: base, attempt.pushes)))
      }
    }
    let deferred = Set(plan.deferred)
    return attempt.writes.filter { deferred.contains($0.number) }.map(\.write)
  }

  /// Sends the push, and keeps its objects when it was accepted.
  private func send(
    _ plan: BatchPlan, _ attempt: Attempt, to tip: ObjectID, over connection: PushConnection
  ) async throws -> PushResult {
    for part in plan.pushed {
      let waiter = attempt.writes.first { $0.number == part.write }?.write.waiter
      waiter?.willPush(receipt(part, plan, at: tip, attempt.pushes + 1))
    }
    let result = try await singlePush.send(plan, to: tip, over: connection, attempt.deadline)
    if case .accepted = result {
      await objects.keep(plan.new, at: tip, madeFrom: plan.base)
      tips.recordTip(tip, offer: branch.remote.knownPushOffer)
    }
    return result
  }

  private func end(
    _ attempt: Attempt, _ plan: BatchPlan, _ result: PushResult
  ) async throws -> Ending {
    let numbers = plan.pushed.map(\.write)
    switch result {
    case .failed(let failure): throw failure
    case .accepted:
      for (part, result) in try await readBack.confirm(plan, deadline: attempt.deadline) {
        attempt.answer(part.write, result.map { receipt(part, plan, at: $0, attempt.pushes + 1) })
      }
      return Ending(event: .answered)
    case .refused(let failure): return Ending(event: .refused(numbers), failure: failure)
    case .lost(let loss, let failure):
      branch.logger.info(
        "branch moved, trying again",
        metadata: ["push.losses": "\(attempt.pushes + 1)", "push.event": "\(loss)"])
      return Ending(event: .lost(numbers, loss), failure: failure)
    }
  }

  private func receipt(
    _ part: BatchPlan.Part, _ plan: BatchPlan, at tip: ObjectID, _ pushes: Int
  ) -> Receipt {
    Receipt(
      for: part.plan, on: plan.base, in: branch.description, at: tip, pushes: pushes,
      verifiedAt: branch.dependencies.date())
  }
}
