internal import Synchronization

/// Tells whoever waits that something about a Work has changed.
final class Changes: Sendable {
  /// What is told.
  enum Change: Sendable {
    /// Look again.
    case changed
    /// Something became of it in a state store; this is how it was then, whatever came after.
    case recorded(DesiredWork)
  }

  /// What somebody waits for.
  private enum Subject: Hashable {
    case all
    case namespace(String)
    case work(WorkKey)
  }

  private struct State {
    var last = 0
    var listeners: [Subject: [Int: AsyncStream<Change>.Continuation]] = [:]
  }

  private let state = Mutex(State())

  /// Tells that a Work has changed.
  func tell(of key: WorkKey, _ change: Change = .changed) {
    state.withLock { state in
      for subject in [.work(key), .namespace(key.namespace), .all] as [Subject] {
        for listener in (state.listeners[subject] ?? [:]).values { listener.yield(change) }
      }
    }
  }

  /// Tells that something has changed which concerns all Works, such as a state store that is away.
  func tellAll() {
    state.withLock { state in
      for (subject, listeners) in state.listeners {
        if case .work = subject { continue }
        for listener in listeners.values { listener.yield(.changed) }
      }
    }
  }

  /// Changes of one Work, each of them.
  func changes(of key: WorkKey) -> AsyncStream<Change> {
    stream(of: .work(key), bufferingPolicy: .unbounded)
  }

  /// Changes of any Work, of one namespace where it is named; several that come at once are told
  /// once.
  func changes(in namespace: String? = nil) -> AsyncStream<Change> {
    stream(of: namespace.map { .namespace($0) } ?? .all, bufferingPolicy: .bufferingNewest(1))
  }

  private func stream(
    of subject: Subject, bufferingPolicy: AsyncStream<Change>.Continuation.BufferingPolicy
  ) -> AsyncStream<Change> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Change.self, bufferingPolicy: bufferingPolicy)
    let number = state.withLock { state in
      state.last += 1
      state.listeners[subject, default: [:]][state.last] = continuation
      return state.last
    }
    continuation.onTermination = { [weak self] _ in self?.remove(number, of: subject) }
    return stream
  }

  private func remove(_ number: Int, of subject: Subject) {
    state.withLock { state in
      state.listeners[subject]?[number] = nil
      if state.listeners[subject]?.isEmpty == true { state.listeners[subject] = nil }
    }
  }
}
