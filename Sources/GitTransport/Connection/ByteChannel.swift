import Synchronization

/// Bytes on their way from one task to another: one sender, one receiver, and a bound on what
/// waits.
///
/// Either side can end it at any time, from anywhere; nobody is left waiting then.
final class ByteChannel: Sendable {
  private enum End {
    case finished
    case failed(any Error)
  }

  private struct State {
    var waiting: [[UInt8]] = []
    var waitingBytes = 0
    var end: End?
    var receiver: CheckedContinuation<Void, Never>?
    var sender: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())
  private let bound: Int

  init(bound: Int = 1 << 20) { self.bound = bound }

  /// Hands bytes over, waiting while too many are on their way; `false` when nobody wants them.
  func send(_ bytes: [UInt8]) async -> Bool {
    post(bytes)
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        guard state.end == nil, state.waitingBytes > bound, state.sender == nil else { return true }
        state.sender = continuation
        return false
      }
      if isFree { continuation.resume() }
    }
    return state.withLock { $0.end == nil }
  }

  /// Hands bytes over without waiting; they are lost when nobody wants them.
  func post(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    let receiver: CheckedContinuation<Void, Never>? = state.withLock { state in
      guard state.end == nil else { return nil }
      state.waiting.append(bytes)
      state.waitingBytes += bytes.count
      defer { state.receiver = nil }
      return state.receiver
    }
    receiver?.resume()
  }

  /// The bytes that came next, or `nil` after the last.
  func next() async throws -> [UInt8]? {
    while true {
      var sender: CheckedContinuation<Void, Never>?
      let bytes: [UInt8]?? = try state.withLock { state in
        if case .failed(let error) = state.end, state.waiting.isEmpty { throw error }
        guard !state.waiting.isEmpty else { return state.end == nil ? .none : .some(nil) }
        let first = state.waiting.removeFirst()
        state.waitingBytes -= first.count
        if state.waitingBytes <= bound {
          sender = state.sender
          state.sender = nil
        }
        return first
      }
      sender?.resume()
      if let bytes { return bytes }
      await withCheckedContinuation { continuation in
        let isReady = state.withLock { state in
          guard state.end == nil, state.waiting.isEmpty, state.receiver == nil else { return true }
          state.receiver = continuation
          return false
        }
        if isReady { continuation.resume() }
      }
    }
  }

  /// Whether it has an end.
  var isEnded: Bool { state.withLock { $0.end != nil } }

  /// Says that no more bytes come; those on their way still arrive, and only the first end counts.
  func finish() { end(.finished, dropping: false) }

  /// No more bytes come, because of this; those on their way still arrive.
  func fail(_ error: any Error) { end(.failed(error), dropping: false) }

  /// No more bytes come, because of this; those on their way are dropped.
  func abort(_ error: any Error) { end(.failed(error), dropping: true) }

  private func end(_ end: End, dropping: Bool) {
    let waiting = state.withLock { state in
      if dropping {
        state.waiting = []
        state.waitingBytes = 0
      }
      if state.end == nil || dropping { state.end = end }
      defer { (state.receiver, state.sender) = (nil, nil) }
      return (state.receiver, state.sender)
    }
    waiting.0?.resume()
    waiting.1?.resume()
  }
}
