import Synchronization

/// One conversation with a server, carried by a task of its own that can be ended from anywhere.
///
/// The carrying task moves bytes between the server and two channels. Whoever waits, waits at a
/// channel, so ending the channels ends every wait, and cancelling the task closes the socket or
/// ends the child process.
final class Exchange: Sendable {
  /// What the server sends.
  let incoming = ByteChannel()

  /// What is sent to the server after the exchange began; http sends its body with the request
  /// instead.
  let outgoing = ByteChannel()

  private struct State {
    var carrier: Task<Void, Never>?
    var isAborted = false
  }

  private let state = Mutex(State())
  private let remote: RemoteURL
  private let proxy: ProxyInUse?

  init(remote: RemoteURL, by proxy: ProxyInUse? = nil) {
    self.remote = remote
    self.proxy = proxy
  }

  deinit { state.withLock { $0.carrier?.cancel() } }

  /// Begins to carry, in a task that must not hold the exchange itself, only its channels.
  func start(_ carry: @escaping @Sendable () async -> Void) {
    state.withLock { state in
      guard !state.isAborted, state.carrier == nil else { return }
      state.carrier = Task.detached { await carry() }
    }
  }

  /// Ends the conversation now; everybody who waits for it gets this error.
  func abort(_ error: TransportError) {
    incoming.abort(error)
    outgoing.abort(error)
    state.withLock { state in
      state.isAborted = true
      state.carrier?.cancel()
    }
  }

  /// Waits until the socket is let go of or the child process is gone.
  func ended() async {
    await state.withLock { $0.carrier }?.value
  }

  /// Runs a part of the conversation that ends at a deadline, when the task is cancelled, or at an
  /// error.
  ///
  /// After an error nothing of the conversation is left.
  func run<Value>(
    until deadline: ContinuousClock.Instant, waitingFor what: String,
    _ body: () async throws -> Value
  ) async throws -> Value {
    let way = proxy.map { " (by way of \($0))" } ?? ""
    let timedOut = TransportError(
      code: .timedOut, message: "no answer in time; waited for \(what)\(way)",
      remote: remote.description)
    let cancelled = TransportError(
      code: .cancelled, message: "cancelled while waiting for \(what)", remote: remote.description)
    let timer = Task.detached { [self] in
      do { try await Task.sleep(until: deadline, clock: .continuous) } catch { return }
      abort(timedOut)
    }
    defer { timer.cancel() }
    do {
      return try await withTaskCancellationHandler(
        operation: body, onCancel: { [self] in abort(cancelled) })
    } catch {
      abort(error as? TransportError ?? cancelled)
      await ended()
      throw error
    }
  }

  /// Ends a conversation in which everything was said, giving the other side a moment to leave by
  /// itself.
  func leave(by deadline: ContinuousClock.Instant) async {
    outgoing.finish()
    let patience = min(deadline, ContinuousClock.now.advanced(by: .seconds(2)))
    // What comes after the end of an answer says nothing; reading it keeps the connection usable.
    try? await run(until: patience, waitingFor: "the end of the connection") {
      while try await incoming.next() != nil {}
      await ended()
    }
  }
}
