import Synchronization

/// A conversation over ssh that nobody asks anything, and whose connection the others go through.
///
/// Its program is not asked, for it may remember the references as they were when it was asked
/// first.
final class HeldConnection: Sendable {
  private let holder = Mutex<Exchange?>(nil)

  /// Whether the server, or the way to it, has ended the connection.
  var isLost: Bool { holder.withLock { $0?.incoming.isEnded ?? false } }

  /// Has a new conversation hold the connection; `false` where another does.
  func hold(_ exchange: Exchange) -> Bool {
    holder.withLock { holder in
      guard holder?.incoming.isEnded ?? true else { return false }
      holder = exchange
      return true
    }
  }

  /// Lets go of it.
  func release() -> Exchange? {
    holder.withLock { holder in
      defer { holder = nil }
      return holder
    }
  }
}
