internal import Logging

/// Writes of several processes on one machine: whoever holds the spool's lock pushes for all.
extension StateStore {
  /// Has all that waits pushed, by this process or by another.
  func pushWaiting() async {
    guard let spool = openSpool() else { return await land(takeWaiting()) }
    switch spool.lead() {
    case .ours(let lead): await land(takeWaiting(), leading: spool, lead)
    case .unusable:
      self.spool = nil
      await land(takeWaiting())
    case .others: await leaveToOthers(spool)
    }
  }

  /// Pushes as the one who holds the lock, for all others too.
  private func land(_ writes: [PendingWrite], leading spool: Spool, _ lead: Lead) async {
    let heartbeat = Task.detached {
      while !Task.isCancelled {
        spool.showThatLeaderIsAwake()
        // Cancelled: the push is over.
        try? await Task.sleep(for: .seconds(2))
      }
    }
    defer { heartbeat.cancel() }
    let others = spool.waiting(atMost: max(0, Self.mostWrites - writes.count))
    // The others have waited longer.
    await land(others + writes)
    // Whoever pushes next builds on this.
    if !others.isEmpty || !spool.waiting(atMost: 1).isEmpty { store() }
    withExtendedLifetime(lead) {}
  }

  /// Leaves what waits to the process that pushes, until all of it is answered or the lock is free.
  private func leaveToOthers(_ spool: Spool) async {
    // Listening comes before the look at the lock, so that nothing is missed between them.
    let bell = spool.bell()
    defer { takeBack() }
    while spool.isLeaderAwake {
      let unleft = leaveWaiting(in: spool)
      if !unleft.isEmpty { await land(unleft) }
      takeAnswers()
      if left.isEmpty, waiting.isEmpty { return }
      switch spool.lead() {
      case .others: await wait(for: bell)
      case .unusable: return await land(takeBack())
      case .ours(let lead):
        // Answered while the lock was let go of.
        takeAnswers()
        return await land(takeBack() + takeWaiting(), leading: spool, lead)
      }
    }
    // Whoever holds the lock was stopped, perhaps for good; the server keeps two pushes apart.
    logger.notice("pushing beside the process that holds the lock")
    await land(takeBack() + takeWaiting())
  }

  /// Leaves writes in the spool, and gives those that cannot be left.
  private func leaveWaiting(in spool: Spool) -> [PendingWrite] {
    takeWaiting().filter { write in
      guard let spooled = spool.leave(write) else { return true }
      left.append(spooled)
      return false
    }
  }

  /// Answers those whose answers have come; withdraws those that nobody waits for any more.
  private func takeAnswers() {
    left.removeAll { spooled in
      if let answer = spooled.answer { spooled.write.asker.answer(answer) }
      guard !spooled.write.asker.isWaiting else { return false }
      spooled.withdraw()
      return true
    }
  }

  /// Takes the write of a task that gives up out of the spool.
  func withdraw(_ asker: WaitingTask) {
    for spooled in left where spooled.write.asker as? WaitingTask === asker { spooled.withdraw() }
  }

  /// Takes writes out of the spool that nobody has pushed.
  @discardableResult
  private func takeBack() -> [PendingWrite] {
    defer { left = [] }
    return left.map { spooled in
      defer { spooled.withdraw() }
      return spooled.unanswered
    }
  }

  private func openSpool() -> Spool? {
    spool = spool ?? Spool(in: cache, for: description, of: remote)
    return spool
  }

  private func wait(for bell: SpoolBell?) async {
    guard let bell else {
      // Whoever cancels the task wants no more of it, and then nothing is left.
      try? await Task.sleep(for: Self.patience)
      return
    }
    await bell.wait(atMost: Self.patience)
  }

  /// How long the bell is waited for, in case that it cannot be heard.
  private static let patience: Duration = .milliseconds(250)
}
