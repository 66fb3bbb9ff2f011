internal import Git
internal import Kratix

/// The way of a write to its push: it waits while a push is under way, and goes out with all that
/// have waited meanwhile.
extension StateStore {
  /// Lands changes: one commit each, pushed together with what else waits, and read back.
  ///
  /// When somebody else moves the branch first, the same changes are run on what they made of it.
  /// Running it again after any failure is safe: what has landed is found and left as it is.
  ///
  /// - Parameters:
  ///   - options: Until when, and as whom.
  ///   - changes: What to do, given what stands. It is asked again for each snapshot.
  /// - Throws: `LandingError`. Nothing is called landed that was not read back.
  package func land(
    options: LandingOptions, _ changes: @escaping @Sendable (Snapshot) throws -> [Change]
  ) async throws -> Receipt {
    try await land(options: options, request: nil, changes)
  }

  /// Lands what is asked for, as the author that its state store names.
  ///
  /// - Throws: `LandingError`.
  func land(_ request: LandingRequest, options: LandingOptions) async throws -> Receipt {
    var options = options
    options.authorName = request.stateStore.authorName
    options.authorEmail = request.stateStore.authorEmail
    return try await land(options: options, request: request) { try request.changes(on: $0) }
  }

  private func land(
    options: LandingOptions, request: LandingRequest?,
    _ changes: @escaping @Sendable (Snapshot) throws -> [Change]
  ) async throws -> Receipt {
    let asker = WaitingTask()
    demand.add(asker)
    defer { demand.remove(asker) }
    waiting.append(
      PendingWrite(options: options, changes: changes, request: request, asker: asker))
    if batch == nil { startBatch() }
    let timer = Task.detached { [surroundings] in
      // What is under way ends at the deadline by itself, and can say more about it.
      let patience = surroundings.now().duration(to: options.deadline) + .milliseconds(200)
      // Cancelled: it has ended by itself.
      guard (try? await Alarm.sleep(for: patience)) != nil else { return }
      await self.abandon(asker, self.timedOut)
    }
    defer { timer.cancel() }
    return try await withTaskCancellationHandler {
      try await asker.receipt()
    } onCancel: {
      demand.abandon(asker)
      Task { await self.giveUp(asker, LandingError(CancellationError())) }
    }
  }

  /// Has all pushed that waits; when that is done, the next ones have gathered.
  private func startBatch() {
    batch = Task {
      await pushWaiting()
      batch = nil
      demand.set(nil)
      if !waiting.isEmpty { startBatch() }
    }
    demand.set(batch)
  }

  /// Takes what waits for a push.
  func takeWaiting() -> [PendingWrite] {
    let writes = Array(waiting.prefix(Self.mostWrites))
    waiting.removeFirst(writes.count)
    return writes
  }

  /// Ends a write whose time is up, even while the actor's thread is busy with it.
  private nonisolated func abandon(_ asker: WaitingTask, _ error: LandingError) async {
    demand.abandon(asker)
    await giveUp(asker, error)
  }

  /// Answers a write that was abandoned.
  private func giveUp(_ asker: WaitingTask, _ error: LandingError) {
    // No process shall push it once its failure has been told.
    withdraw(asker)
    asker.answer(.failure(asker.pushed.map { error.afterPush(of: $0) } ?? error))
  }

  /// How many writes go out with one push at most.
  static let mostWrites = 1_000

  private nonisolated var timedOut: LandingError {
    LandingError(
      .timedOut,
      """
      the time was up while it waited to be pushed to \(description.branch) of \(description.url); \
      run it again: what has landed is left as it is
      """)
  }
}

extension LandingError {
  /// The same for a write that has been sent and not read back.
  fileprivate func afterPush(of commit: ObjectID) -> LandingError {
    LandingError(
      outcome,
      """
      the time was up, or it was stopped, after \(commit) was sent and before it was read back; run \
      it again to see whether it landed: what has is left as it is
      """)
  }
}
