internal import Logging

/// Shares pushes with the other processes that use the same cache: the one that holds the spool's
/// lock pushes for all.
actor SpoolCoordinator: BatchRunner {
  private let branch: RemoteBranch
  private let cache: Cache
  private let pusher: Pusher
  private let objects: ObjectCache
  private let abandoned: AbandonedWrites
  /// Who signs the commits; `nil` for commits without signatures.
  private let signer: String?
  private nonisolated let executor: ThreadExecutor
  /// `nil` until it is used, and after it could not be used.
  private var spool: Spool?
  /// The writes that were left for another process to push.
  private var left: [SpooledWrite] = []

  /// How long the release of the lock is waited for before it is looked at again.
  private static let patience: Duration = .milliseconds(250)

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(
    for branch: RemoteBranch, in cache: Cache, pusher: Pusher, objects: ObjectCache,
    abandoned: AbandonedWrites, signer: String?, on executor: ThreadExecutor
  ) {
    self.branch = branch
    self.cache = cache
    self.pusher = pusher
    self.objects = objects
    self.abandoned = abandoned
    self.signer = signer
    self.executor = executor
  }

  func run(_ queue: PushQueue) async {
    guard let spool = openSpool() else { return await pusher.run(queue) }
    switch spool.takeLock() {
    case .taken(let lock): await push(takeWaiting(from: queue), queue, holding: lock, spool)
    case .unusable:
      self.spool = nil
      await pusher.run(queue)
    case .heldByAnother: await leave(queue, to: spool)
    }
  }

  func withdraw(_ waiter: LocalWaiter) {
    for spooled in left where spooled.write.waiter as? LocalWaiter === waiter { spooled.withdraw() }
  }

  private func openSpool() -> Spool? {
    spool = spool ?? Spool(in: cache, for: branch.description, of: branch.remote, signedBy: signer)
    return spool
  }

  private func takeWaiting(from queue: PushQueue) async -> [TakenWrite] {
    await queue.takeWaiting().map { TakenWrite(write: $0) }
  }

  // MARK: Pushing

  /// Pushes for all processes.
  private func push(
    _ own: [TakenWrite], _ queue: PushQueue, holding lock: SpoolLock, _ spool: Spool
  ) async {
    let heartbeat = Task.detached {
      while !Task.isCancelled {
        spool.refreshLock()
        // Cancelled: the push is over.
        try? await Task.sleep(for: .seconds(2))
      }
    }
    defer { heartbeat.cancel() }
    let others = spool.waiting(atMost: max(0, PushQueue.mostWrites - own.count))
    // The others have waited longer.
    await push(others + own, queue)
    // The next pusher builds on these commits.
    if !others.isEmpty || !spool.waiting(atMost: 1).isEmpty { await objects.flush() }
    withExtendedLifetime(lock) {}
  }

  private func push(_ writes: [TakenWrite], _ queue: PushQueue) async {
    let deadlines = writes.filter { !$0.isSpooled }.map(\.write.options.deadline)
    let deadline = deadlines.max() ?? branch.dependencies.now()
    let remaining = await abandoned.recover(writes, deadline: deadline)
    let deferred = await pusher.push(remaining, until: deadline)
    // Those of other processes are still in the spool.
    await queue.putBack(deferred.filter { !TakenWrite(write: $0).isSpooled })
  }

  // MARK: Leaving writes to another process

  /// Leaves the waiting writes in the spool until all have their answers or the lock is free.
  private func leave(_ queue: PushQueue, to spool: Spool) async {
    // Watching begins before the lock is looked at, so that no release is missed in between.
    let watcher = spool.lockWatcher()
    defer { takeBack() }
    while spool.isLockFresh {
      let unspooled = leave(await takeWaiting(from: queue), in: spool)
      if !unspooled.isEmpty { await push(unspooled, queue) }
      takeAnswers()
      if left.isEmpty, await queue.isEmpty { return }
      switch spool.takeLock() {
      case .heldByAnother: await waitForRelease(watcher)
      case .unusable: return await push(takeBack(), queue)
      case .taken(let lock):
        // Answers may have come before the lock was released.
        takeAnswers()
        let own = takeBack() + (await takeWaiting(from: queue))
        return await push(own, queue, holding: lock, spool)
      }
    }
    // The process that holds the lock was stopped; the server keeps the two pushes apart.
    branch.logger.notice("pushing beside the process that holds the lock")
    await push(takeBack() + takeWaiting(from: queue), queue)
  }

  /// Leaves writes in the spool.
  ///
  /// - Returns: Those that cannot be left.
  private func leave(_ writes: [TakenWrite], in spool: Spool) -> [TakenWrite] {
    writes.filter { taken in
      guard let spooled = spool.leave(taken.write) else { return true }
      left.append(spooled)
      return false
    }
  }

  /// Passes on the answers that have come, and withdraws the writes that have no waiting caller left.
  private func takeAnswers() {
    left.removeAll { spooled in
      if let answer = spooled.answer { spooled.write.waiter.answer(answer) }
      guard !spooled.write.waiter.isWaiting else { return false }
      spooled.withdraw()
      return true
    }
  }

  /// Removes the unanswered writes of this process from the spool.
  @discardableResult
  private func takeBack() -> [TakenWrite] {
    defer { left = [] }
    return left.map { spooled in
      defer { spooled.withdraw() }
      return spooled.taken
    }
  }

  private func waitForRelease(_ watcher: LockReleaseWatcher?) async {
    guard let watcher else {
      // Cancelled: no caller waits any more, and all writes are withdrawn.
      try? await Task.sleep(for: Self.patience)
      return
    }
    await watcher.wait(atMost: Self.patience)
  }
}
