internal import Git

/// The writes of this process that wait for a push.
///
/// Writes that are submitted during a push are batched into the next one.
actor PushQueue {
  private nonisolated let branch: RemoteBranch
  private nonisolated let executor: ThreadExecutor
  private let runner: any BatchRunner
  private nonisolated let cancellation = PushCancellation()
  private var waiting: [PendingWrite] = []
  /// The push in progress.
  private(set) var batch: Task<Void, Never>?

  /// The maximal number of writes in one push.
  static let mostWrites = 1_000

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(of branch: RemoteBranch, runner: any BatchRunner, on executor: ThreadExecutor) {
    self.branch = branch
    self.runner = runner
    self.executor = executor
  }

  /// Lands changes: one commit each, pushed together with other waiting writes, and read back.
  ///
  /// When another writer moves the branch first, the changes are computed again on the new tip.
  /// A write can safely be repeated after any failure: what has landed is left as it is.
  ///
  /// - Parameters:
  ///   - request: The write as a value, with which another process can push it.
  ///   - options: The deadline, and the author.
  ///   - changes: What to change in a snapshot; computed again for each one.
  /// - Throws: `LandingError`.
  func land(
    _ request: LandingRequest?, options: LandingOptions,
    _ changes: @escaping @Sendable (Snapshot) throws -> [Change]
  ) async throws -> Receipt {
    let waiter = LocalWaiter()
    cancellation.add(waiter)
    defer { cancellation.remove(waiter) }
    waiting.append(
      PendingWrite(options: options, changes: changes, request: request, waiter: waiter))
    if batch == nil { startBatch() }
    let timer = Task.detached { [branch] in
      // A request in progress ends at the deadline by itself, and its error says more.
      let patience = branch.dependencies.now().duration(to: options.deadline) + .milliseconds(200)
      // Cancelled: the write has its result.
      guard (try? await CancellableTimer.sleep(for: patience)) != nil else { return }
      await self.timeOut(waiter)
    }
    defer { timer.cancel() }
    return try await withTaskCancellationHandler {
      try await waiter.receipt()
    } onCancel: {
      cancellation.abandon(waiter)
      Task { await self.giveUp(waiter, LandingError(CancellationError())) }
    }
  }

  /// Waits until nothing is being pushed.
  func drain() async { await batch?.value }

  /// Whether no write waits.
  var isEmpty: Bool { waiting.isEmpty }

  /// Takes the writes of the next push.
  func takeWaiting() -> [PendingWrite] {
    let writes = Array(waiting.prefix(Self.mostWrites))
    waiting.removeFirst(writes.count)
    return writes
  }

  /// Puts writes back to the front.
  func putBack(_ writes: [PendingWrite]) { waiting.insert(contentsOf: writes, at: 0) }

  private func startBatch() {
    batch = Task {
      await runner.run(self)
      batch = nil
      cancellation.set(nil)
      if !waiting.isEmpty { startBatch() }
    }
    cancellation.set(batch)
  }

  /// Ends a write at its deadline, even while the actor's thread is busy with it.
  private nonisolated func timeOut(_ waiter: LocalWaiter) async {
    cancellation.abandon(waiter)
    await giveUp(
      waiter,
      LandingError(
        .timedOut,
        """
        the time was up while it waited to be pushed to \(branch.description.branch) of \
        \(branch.description.url); run it again: what has landed is left as it is
        """))
  }

  /// Answers a write whose caller has given up.
  private func giveUp(_ waiter: LocalWaiter, _ error: LandingError) async {
    await runner.withdraw(waiter)
    waiter.answer(.failure(waiter.pushed.map { error.afterPush(of: $0) } ?? error))
  }
}

extension LandingError {
  /// The error for a write that was sent and not read back.
  fileprivate func afterPush(of commit: ObjectID) -> LandingError {
    LandingError(
      outcome,
      """
      the time was up, or it was stopped, after \(commit) was sent and before it was read back; run \
      it again to see whether it landed: what has is left as it is
      """)
  }
}
