import Synchronization

/// A task that moves bytes between a server and two channels: one http request, or one program.
///
/// It can be ended from anywhere. Callers wait only at the channels, so that ending the channels
/// ends every wait, and cancelling the task closes the socket or ends the child process.
final class TransferTask: Sendable {
  /// What the server sends.
  let incoming = ByteChannel()

  /// What is sent to the server while the task runs; http sends its body with the request instead.
  let outgoing = ByteChannel()

  private struct State {
    var task: Task<Void, Never>?
    var isAborted = false
  }

  private let state = Mutex(State())
  private let endpoint: Endpoint
  private let proxy: String?

  /// - Parameter proxy: The proxy on the way to the server, for messages.
  init(_ endpoint: Endpoint, proxy: String? = nil) {
    self.endpoint = endpoint
    self.proxy = proxy
  }

  deinit { state.withLock { $0.task?.cancel() } }

  /// Starts the task, whose body must not capture this object, only its channels.
  func start(_ body: @escaping @Sendable () async -> Void) {
    state.withLock { state in
      guard !state.isAborted, state.task == nil else { return }
      state.task = Task.detached { await body() }
    }
  }

  /// Ends the transfer now; everything that waits for it throws this error.
  func abort(_ error: TransportError) {
    incoming.abort(error)
    outgoing.abort(error)
    state.withLock { state in
      state.isAborted = true
      state.task?.cancel()
    }
  }

  /// Waits until the socket is closed or the child process has ended.
  func ended() async {
    await state.withLock { $0.task }?.value
  }

  /// Runs a body that uses the channels.
  ///
  /// The deadline, cancellation and an error of the body end the transfer.
  ///
  /// When it throws, the socket is closed or the child process has ended.
  func run<Value>(
    until deadline: ContinuousClock.Instant, waitingFor what: String,
    _ body: () async throws -> Value
  ) async throws -> Value {
    let route = proxy.map { " (by way of \($0))" } ?? ""
    let timedOut = endpoint.error(.timedOut, "no answer in time; waited for \(what)\(route)")
    let cancelled = endpoint.error(.cancelled, "cancelled while waiting for \(what)")
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

  /// Finishes a transfer after the whole answer was read, and gives the other side at most two
  /// seconds to end by itself.
  func finish(by deadline: ContinuousClock.Instant) async {
    outgoing.finish()
    let limit = min(deadline, .now + .seconds(2))
    // Nothing after the end of an answer matters; reading it keeps an http connection reusable.
    try? await run(until: limit, waitingFor: "the end of the connection") {
      while try await incoming.next() != nil {}
      await ended()
    }
  }
}
