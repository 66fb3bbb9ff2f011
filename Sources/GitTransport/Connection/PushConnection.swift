package import Git
import Synchronization

/// A connection to a remote's `receive-pack`, with the references as they were when it was opened.
///
/// Good for one push. Build on ``advertisement``, then ``push(_:pack:deadline:)`` or ``close()``.
package final class PushConnection: Sendable {
  /// The references as `receive-pack` sees them: what to build on and what to expect.
  package let advertisement: ReferenceAdvertisement

  private let endpoint: Endpoint
  private let capabilities: Capabilities
  private let transport: Mutex<(any PushTransport)?>
  private let sent = Mutex(0)

  init(
    _ endpoint: Endpoint, _ initial: InitialAdvertisement, _ transport: any PushTransport
  ) throws(ProtocolFailure) {
    guard case .references(let advertisement, let capabilities) = initial else {
      throw .violation("the server answers a push with protocol version 2, which has none")
    }
    self.endpoint = endpoint
    self.advertisement = advertisement
    self.capabilities = capabilities
    self.transport = Mutex(transport)
  }

  /// Sends one update with the pack that holds its objects, and reads the report in full.
  ///
  /// A deletion has no pack. The output of hooks after the report is read as well, but not beyond the deadline.
  ///
  /// - Throws: ``TransportError/Code/outcomeUnknown`` when the connection was lost, the deadline
  ///   passed or the task was cancelled after something was sent and before the report was read: the
  ///   branch may have moved. Every other error means that the branch was not moved by this push.
  package func push(
    _ update: ReferenceUpdate, pack: PackWriter?, deadline: ContinuousClock.Instant
  ) async throws(TransportError) -> PushReport {
    try await push(update, deadline: deadline) { try RequestBody($0, pack: pack) }
  }

  /// Sends one update with a body that begins with the command, and reads the report in full.
  func push(
    _ update: ReferenceUpdate, deadline: ContinuousClock.Instant,
    body: ([UInt8]) throws -> RequestBody
  ) async throws(TransportError) -> PushReport {
    try await endpoint.convertingErrors {
      let body = try body(
        update.command(capabilities: capabilities, agent: endpoint.options.agent))
      defer { sent.withLock { $0 = body.sentByteCount } }
      guard let transport = takeTransport() else {
        throw ProtocolFailure(
          code: .unsupported, message: "this connection was used or closed; open another")
      }
      let parser = PushReportParser(
        reference: update.name, usesSideBand: capabilities.contains("side-band-64k"))
      return try await send(body, over: transport, parser, deadline)
    }
  }

  /// How many bytes the push has sent.
  package var sentByteCount: Int { sent.withLock { $0 } }

  /// Leaves without pushing; does nothing after a push.
  package func close() async { await takeTransport()?.close() }

  private func takeTransport() -> (any PushTransport)? {
    transport.withLock { transport in
      defer { transport = nil }
      return transport
    }
  }

  private func send(
    _ body: RequestBody, over transport: any PushTransport, _ start: PushReportParser,
    _ deadline: ContinuousClock.Instant
  ) async throws -> PushReport {
    let (task, answer) = try transport.begin(body)
    var lines = answer
    var parser = start
    do {
      try await task.run(until: deadline, waitingFor: "the report of the push") {
        try await transport.send(body)
        while let line = try await lines.next() {
          if try parser.consume(line) { break }
        }
      }
    } catch {
      // Once the report is complete, nothing after it can change it.
      if let report = report(of: parser) { return report }
      // A malformed answer does not say that nothing was done; the status of an HTTP response does.
      let isAnswer = transport.answersWithErrors && error is TransportError
      throw unknownOutcome(
        endpoint.transportError(error), of: body, isAnswer: isAnswer, parser.progress.lines)
    }
    guard let report = report(of: parser) else {
      let error = endpoint.transportError(
        ProtocolFailure.violation("the server's report does not say what became of the update"))
      task.abort(error)
      throw unknownOutcome(error, of: body, isAnswer: false, parser.progress.lines)
    }
    await task.finish(by: deadline)
    return report
  }

  private func report(of parser: PushReportParser) -> PushReport? {
    guard var report = parser.report else { return nil }
    report.messages = endpoint.credentials.redactingSecrets(report.messages)
    if case .refused(let reason) = report.outcome {
      report.outcome = .refused(
        reason: endpoint.credentials.redactingSecrets([reason]).joined())
    }
    return report
  }

  /// Reports that the outcome is unknown, unless the error itself says that the push was refused.
  ///
  /// - Parameters:
  ///   - isAnswer: Whether the error is the server's answer to the push.
  ///   - progress: What the server has said before the error.
  private func unknownOutcome(
    _ error: TransportError, of body: RequestBody, isAnswer: Bool, _ progress: [String]
  ) -> TransportError {
    var error = error
    error.serverMessages = progress + error.serverMessages.filter { !progress.contains($0) }
    let refusals: Set<TransportError.Code> = [
      .authenticationFailed, .repositoryNotFound, .refused, .insecure, .unavailable,
    ]
    if !body.isComplete, error.code == .timedOut {
      // The message says what did not answer: the server, or a proxy in front of it.
      error.message += """
        ; not all of the pack was sent, so nothing was written: give it more time with --timeout, \
        or put out smaller files
        """
    }
    guard body.isComplete, !(isAnswer && refusals.contains(error.code)) else { return error }
    error.code = .outcomeUnknown
    error.message =
      "the push was sent but its result is unknown (\(error.message)); read the branch before trying again"
    return error
  }
}
