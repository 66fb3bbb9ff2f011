internal import Synchronization

/// The connections that are open, and which of them is closed when there are too many.
///
/// A connection that serves no known client, because nothing was asked on it yet or because all is
/// answered, gives way to a new one: a client that only holds connections open keeps no other out.
final class Connections: Sendable {
  private struct Connection {
    let close: @Sendable () -> Void
    /// When it last had nothing to do for a known client, as a place in the order of all such
    /// moments; `nil` while it has.
    var idleSince: Int?
  }

  private struct State {
    var open: [ObjectIdentifier: Connection] = [:]
    var moment = 0

    mutating func nextMoment() -> Int {
      moment += 1
      return moment
    }

    /// Takes out the connection that has been idle for longest.
    mutating func removeOldest() -> Connection? {
      let idle = open.filter { $0.value.idleSince != nil }
      let oldest = idle.min { ($0.value.idleSince ?? 0) < ($1.value.idleSince ?? 0) }
      return oldest.flatMap { open.removeValue(forKey: $0.key) }
    }
  }

  private let most: Int
  private let state = Mutex(State())

  /// - Parameter most: How many there may be.
  init(most: Int) { self.most = most }

  /// A connection was opened; when it takes the last place, the one that has been idle for longest
  /// is closed.
  func opened(_ id: ObjectIdentifier, close: @escaping @Sendable () -> Void) {
    let oldest = state.withLock { state -> Connection? in
      let oldest = state.open.count + 1 >= most ? state.removeOldest() : nil
      state.open[id] = Connection(close: close, idleSince: state.nextMoment())
      return oldest
    }
    oldest?.close()
  }

  /// A connection was closed.
  func closed(_ id: ObjectIdentifier) {
    state.withLock { $0.open[id] = nil }
  }

  /// A connection serves a client that is known.
  func serves(_ id: ObjectIdentifier) {
    state.withLock { $0.open[id]?.idleSince = nil }
  }

  /// A connection has answered.
  func answered(_ id: ObjectIdentifier) {
    state.withLock { state in
      let moment = state.nextMoment()
      state.open[id]?.idleSince = moment
    }
  }
}
