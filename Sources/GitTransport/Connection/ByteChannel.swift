import Synchronization

/// A channel of bytes from one task to another, with one sender, one receiver and a limit on what
/// is buffered.
///
/// An `AsyncThrowingStream` would have no back-pressure: it drops or buffers without limit. Either
/// side can end the channel at any time, which ends the wait of the other.
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

  /// Sends bytes, and waits while too many are buffered; `false` if the channel has ended.
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

  /// Sends bytes without waiting; they are dropped if the channel has ended.
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

  /// The next bytes, or `nil` after the last.
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

  /// Whether the channel has ended; buffered bytes may still be read.
  var isEnded: Bool { state.withLock { $0.end != nil } }

  /// Ends the channel after the buffered bytes; only the first end counts.
  func finish() { end(.finished, dropping: false) }

  /// Ends the channel with an error after the buffered bytes.
  func fail(_ error: any Error) { end(.failed(error), dropping: false) }

  /// Ends the channel with an error, and drops the buffered bytes.
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
