import Synchronization

/// The ssh control master (ssh_config(5), "ControlMaster"): one session that only keeps the
/// connection open, over which the others are multiplexed.
///
/// Its own `upload-pack` is asked nothing, because that program may keep answering with the
/// references as they were when it was first asked.
final class SSHControlMaster: Sendable {
  private let current = Mutex<TransferTask?>(nil)

  /// Whether a master was started and has ended, for example with its connection.
  var hasEnded: Bool { current.withLock { $0?.incoming.isEnded ?? false } }

  /// Makes a task the master; `false` if another one still runs.
  func claim(_ task: TransferTask) -> Bool {
    current.withLock { current in
      guard current?.incoming.isEnded ?? true else { return false }
      current = task
      return true
    }
  }

  /// Ends the master.
  func close(by deadline: ContinuousClock.Instant) async {
    let task = current.withLock { current in
      defer { current = nil }
      return current
    }
    guard let task else { return }
    task.outgoing.post(PacketLine.flushBytes)
    await task.finish(by: deadline)
  }
}
