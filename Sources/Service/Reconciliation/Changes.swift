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

  private struct State {
    var last = 0
    var ofAll: [Int: AsyncStream<Change>.Continuation] = [:]
    var ofWorks: [WorkKey: [Int: AsyncStream<Change>.Continuation]] = [:]
  }

  private let state = Mutex(State())

  /// Tells that a Work has changed.
  func tell(of key: WorkKey, _ change: Change = .changed) {
    state.withLock { state in
      for continuation in state.ofWorks[key, default: [:]].values { continuation.yield(change) }
      for continuation in state.ofAll.values { continuation.yield(change) }
    }
  }

  /// Changes of one Work, each of them; or of any, where several that come at once are told once.
  func changes(of key: WorkKey? = nil) -> AsyncStream<Change> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Change.self, bufferingPolicy: key == nil ? .bufferingNewest(1) : .unbounded)
    let number = state.withLock { state in
      state.last += 1
      if let key {
        state.ofWorks[key, default: [:]][state.last] = continuation
      } else {
        state.ofAll[state.last] = continuation
      }
      return state.last
    }
    continuation.onTermination = { [weak self] _ in self?.remove(number, of: key) }
    return stream
  }

  private func remove(_ number: Int, of key: WorkKey?) {
    state.withLock { state in
      guard let key else {
        state.ofAll[number] = nil
        return
      }
      state.ofWorks[key]?[number] = nil
      if state.ofWorks[key]?.isEmpty == true { state.ofWorks[key] = nil }
    }
  }
}
