internal import Git
internal import GitTransport
internal import Logging

/// The way of a batch: advertised tip, plan, push, read back, receipts.
extension StateStore {
  /// Lands writes together, and answers each.
  func land(_ writes: [PendingWrite]) async {
    let deadline = writes.filter(\.asker.isHere).map(\.options.deadline).max()
    let writes = await answerLanded(writes, deadline ?? surroundings.now())
    var batch = Batch(count: writes.count, deadline: deadline ?? surroundings.now())
    var failure: LandingError?
    var action = batch.first
    while true {
      var event = Batch.Event.answered
      switch action {
      case .finish: return
      case .refuse(let write):
        if let failure { writes[write].asker.answer(.failure(failure)) }
      case .giveUp(let numbers):
        for number in numbers where writes[number].asker.isHere {
          if let failure { writes[number].asker.answer(.failure(failure)) }
        }
      case .attempt(let numbers, let pause, let pushes):
        do {
          if pushes > 0 { try await surroundings.sleep(pause) }
          let wanted = numbers.filter { writes[$0].asker.isWaiting }
          let attempt = Attempt(
            writes: wanted.map { ($0, writes[$0]) }, pushes: pushes,
            deadline: deadline ?? surroundings.now())
          (event, failure) = try await self.attempt(attempt)
        } catch {
          let error = LandingError(error)
          for write in writes where write.asker.isHere { write.asker.answer(.failure(error)) }
          return
        }
      }
      action = batch.next(after: event, now: surroundings.now(), chance: surroundings.chance())
    }
  }

  /// Some writes of a batch that are to go out together.
  private struct Attempt {
    let writes: [(number: Int, write: PendingWrite)]
    /// How often they were pushed before.
    let pushes: Int
    let deadline: ContinuousClock.Instant

    func answer(_ number: Int, _ result: Result<Receipt, LandingError>) {
      writes.first { $0.number == number }?.write.asker.answer(result)
    }
  }

  private func attempt(
    _ attempt: Attempt
  ) async throws -> (Batch.Event, failure: LandingError?) {
    guard !attempt.writes.isEmpty else { return (.answered, nil) }
    if opened == nil, attempt.pushes == 0, let end = try await attemptUnasked(attempt) {
      return end
    }
    let connection = try await takeConnection(attempt.deadline)
    let base = connection.advertisement[reference]
    let plan: BatchPlan
    do {
      plan = try await self.plan(attempt, on: base)
    } catch {
      await connection.close()
      // Another push came between the look at the branch and the fetch: the push would be lost too.
      guard error is TipWithheld else { throw error }
      return (.lost(attempt.writes.map(\.number), .moved), movedByOthers())
    }
    answerWithoutPush(plan, attempt)
    guard let tip = plan.tip, tip != plan.base else {
      await connection.close()
      return (.answered, nil)
    }
    note(plan, attempt)
    let result = try await push(plan, to: tip, over: connection, attempt.deadline)
    return try await end(of: attempt, plan, result)
  }

  /// Pushes onto the commit that was pushed last, without asking whether it is still the newest.
  ///
  /// - Returns: `nil` where it has to be asked: nothing of the writes has been answered then.
  private func attemptUnasked(
    _ attempt: Attempt
  ) async throws -> (Batch.Event, failure: LandingError?)? {
    guard let (base, connection) = believedConnection() else { return nil }
    // Whatever is wrong is told when it has been asked: it may not be so any more.
    guard let plan = try? await self.plan(attempt, on: base), let tip = plan.tip, tip != base,
      plan.failures.isEmpty, plan.unchanged.isEmpty
    else { return nil }
    note(plan, attempt)
    let result = try await push(plan, to: tip, over: connection, attempt.deadline)
    switch result {
    case .failed, .lost(.moved, _):
      disbelieve()
      return nil
    case .accepted, .refused, .lost:
      answerWithoutPush(plan, attempt)
      return try await end(of: attempt, plan, result)
    }
  }

  /// Leaves with writes what they will have landed, should this process die or the time be up.
  private func note(_ plan: BatchPlan, _ attempt: Attempt) {
    guard let tip = plan.tip else { return }
    for (number, write) in attempt.writes {
      guard let part = plan.pushed.first(where: { $0.write == number }) else { continue }
      write.asker.note(
        pushed: receipt(for: part.plan, of: plan, at: tip, pushes: attempt.pushes + 1))
    }
  }

  private func end(
    of attempt: Attempt, _ plan: BatchPlan, _ result: PushResult
  ) async throws -> (Batch.Event, failure: LandingError?) {
    let numbers = plan.pushed.map(\.write)
    switch result {
    case .failed(let failure): throw failure
    case .accepted:
      for (part, result) in try await readBack(plan, deadline: attempt.deadline) {
        attempt.answer(
          part.write,
          result.map { receipt(for: part.plan, of: plan, at: $0, pushes: attempt.pushes + 1) })
      }
      return (.answered, nil)
    case .refused(let failure): return (.refused(numbers), failure)
    case .lost(let loss, let failure):
      logger.info(
        "branch moved, trying again",
        metadata: ["push.losses": "\(attempt.pushes + 1)", "push.event": "\(loss)"])
      return (.lost(numbers, loss), failure)
    }
  }

  private func plan(_ attempt: Attempt, on tip: ObjectID?) async throws -> BatchPlan {
    let date = surroundings.date()
    let branchMissing = branchMissing()
    let levels = attempt.writes.compactMap(\.write.request?.levelsAbovePromises).min()
    return try await withHistory(of: tip, deadline: attempt.deadline) { history in
      try await withObjects(
        ofTip: tip, levels: levels, mustBeNewest: true, deadline: attempt.deadline
      ) { reader in
        try BatchPlan(
          attempt.writes, on: tip, at: date, reading: reader, history: history,
          branchMissing: branchMissing)
      }
    }
  }

  /// Answers what failed by itself and what stands already; puts what must come later back.
  private func answerWithoutPush(_ plan: BatchPlan, _ attempt: Attempt) {
    for (number, error) in plan.failures { attempt.answer(number, .failure(error)) }
    if let base = plan.base {
      for part in plan.unchanged {
        attempt.answer(
          part.write,
          .success(receipt(for: part.plan, of: plan, at: base, pushes: attempt.pushes)))
      }
    }
    let deferred = Set(plan.deferred)
    waiting.insert(
      contentsOf: attempt.writes.filter { deferred.contains($0.number) && $0.write.asker.isHere }
        .map(\.write), at: 0)
  }

  /// The connection of `tipForPush`, or a new one.
  private func takeConnection(
    _ deadline: ContinuousClock.Instant
  ) async throws -> PushConnection {
    if let opened {
      self.opened = nil
      return opened
    }
    // While the server answers there is time to open what is kept here.
    async let opening = openPush(deadline)
    warmUp()
    let connection = try await opening
    learn(connection.advertisement[reference])
    return connection
  }

  /// The commit that the branch names, asked over the connection that the next push uses.
  ///
  /// - Throws: `LandingError`.
  func tipForPush(deadline: ContinuousClock.Instant) async throws -> ObjectID? {
    await closeUnused()
    let connection = try await takeConnection(deadline)
    opened = connection
    return connection.advertisement[reference]
  }

  /// Closes the connection of `tipForPush` when no push has used it.
  func closeUnused() async {
    guard let unused = opened else { return }
    opened = nil
    await unused.close()
  }

  /// Off the actor's thread, so that both can work at once.
  @concurrent
  private nonisolated func openPush(
    _ deadline: ContinuousClock.Instant
  ) async throws(LandingError) -> PushConnection {
    do {
      return try await surroundings.retrying(until: deadline, logger: logger) {
        try await remote.openPush(deadline: deadline)
      }
    } catch {
      throw LandingError(error)
    }
  }
}
