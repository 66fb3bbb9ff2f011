internal import Synchronization

/// State stores that somebody has asked to be looked at: each has one turn, however often it is
/// asked for before that comes.
///
/// A webhook that is sent again and again, by whomever, costs the Git server no more than one.
final class PendingLooks: Sendable {
  private let pending = Mutex<Set<String>>([])
  private let (names, name) = AsyncStream.makeStream(of: String.self)

  /// Asks for a look at a state store.
  func ask(for store: String) {
    guard pending.withLock({ $0.insert(store).inserted }) else { return }
    name.yield(store)
  }

  /// The state stores in turn; whoever asks for one from then on asks for another look.
  func turns() -> some AsyncSequence<String, Never> {
    names.map { store in
      self.pending.withLock { _ = $0.remove(store) }
      return store
    }
  }
}
