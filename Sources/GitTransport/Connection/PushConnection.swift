package import Git
import Synchronization

/// A connection to somebody's `receive-pack`, with the references as they were when it was opened.
///
/// Good for one push. Build on ``advertisement``, then ``push(_:pack:deadline:)`` or ``close()``.
package final class PushConnection: Sendable {
  enum Way {
    case http(HTTPTransport)
    case conversation(Conversation)
  }

  /// The references as `receive-pack` sees them: what to build on and what to expect.
  package let advertisement: ReferenceAdvertisement

  private let remote: Remote
  private let capabilities: Capabilities
  private let way: Mutex<Way?>
  private let sent = Mutex(0)

  init(remote: Remote, greeting: ServerGreeting, way: sending Way) throws(ProtocolFailure) {
    guard case .references(let advertisement, let capabilities) = greeting else {
      throw .violation("the server answers a push with protocol version 2, which has none")
    }
    self.remote = remote
    self.advertisement = advertisement
    self.capabilities = capabilities
    self.way = Mutex(way)
  }

  /// Sends one update with the pack that holds its objects, and reads the report in full.
  ///
  /// What hooks say after the report is waited for as well, but not beyond the deadline.
  ///
  /// - Throws: ``TransportError/Code/outcomeUnknown`` when the connection was lost, the deadline
  ///   came or the task was cancelled after something was sent and before the report was read: the
  ///   branch may have moved. Every other error means that the branch was not moved by this push.
  package func push(
    _ update: ReferenceUpdate, pack: PackWriter, deadline: ContinuousClock.Instant
  ) async throws(TransportError) -> PushReport {
    try await push(update, deadline: deadline) { try RequestBody($0, pack: pack) }
  }

  /// Sends one update with a body that begins with the command, and reads the report in full.
  func push(
    _ update: ReferenceUpdate, deadline: ContinuousClock.Instant,
    body: ([UInt8]) throws -> RequestBody
  ) async throws(TransportError) -> PushReport {
    try await remote.explained {
      let body = try body(
        update.request(capabilities: capabilities, agent: remote.options.agent))
      defer { sent.withLock { $0 = body.sentByteCount } }
      let parser = PushReportParser(
        reference: update.name, usesSideBand: capabilities.contains("side-band-64k"))
      switch take() {
      case nil:
        throw ProtocolFailure(
          code: .unsupported, message: "this connection was used or closed; open another")
      case .http(let transport):
        let call = HTTPTransport.Call(service: .receivePack, body: body, version2: false)
        let exchange = try transport.begin(call)
        let lines = PacketStream(
          exchange, remote: remote.url, limit: remote.options.limits.responseBytes)
        return try await read(lines, parser, of: body, exchange, deadline, overHTTP: true)
      case .conversation(let talk):
        return try await read(talk.lines, parser, of: body, talk.exchange, deadline) {
          try await talk.say(body)
        }
      }
    }
  }

  /// How many bytes the push has sent.
  package var sentByteCount: Int { sent.withLock { $0 } }

  /// Leaves without pushing; does nothing after a push.
  package func close() async {
    guard case .conversation(let talk) = take() else { return }
    talk.say(PacketLine.flushBytes)
    await talk.exchange.leave(by: ContinuousClock.now.advanced(by: .seconds(2)))
  }

  private func take() -> sending Way? {
    way.withLock { way in
      let taken = way
      way = nil
      return taken
    }
  }

  private func read(
    _ stream: PacketStream, _ start: PushReportParser, of body: RequestBody, _ exchange: Exchange,
    _ deadline: ContinuousClock.Instant, overHTTP: Bool = false,
    sending: () async throws -> Void = {}
  ) async throws -> PushReport {
    var lines = stream
    var parser = start
    do {
      try await exchange.run(until: deadline, waitingFor: "the report of the push") {
        try await sending()
        while let line = try await lines.next() {
          if try parser.consume(line) { break }
        }
      }
    } catch {
      // Once the report is complete nothing that comes after it can change it.
      if let report = report(of: parser) { return report }
      // A broken answer is an answer all the same: only an HTTP status says that nothing was done.
      let isDefinite = overHTTP && error is TransportError
      throw unknown(
        remote.transportError(error), wasSent: body.isComplete, isDefinite: isDefinite,
        words: parser.words.lines)
    }
    guard let report = report(of: parser) else {
      let ended = ProtocolFailure.violation(
        "the server's report does not say what became of the update")
      exchange.abort(ended.transportError(remote: remote.url))
      throw unknown(
        ended.transportError(remote: remote.url), wasSent: body.isComplete, isDefinite: false,
        words: parser.words.lines)
    }
    await exchange.leave(by: deadline)
    return report
  }

  private func report(of parser: PushReportParser) -> PushReport? {
    guard var report = parser.report else { return nil }
    report.messages = remote.credentials.striking(report.messages)
    if case .refused(let reason) = report.outcome {
      report.outcome = .refused(reason: remote.credentials.striking([reason]).joined())
    }
    return report
  }

  /// Says that the outcome is unknown, unless the error itself is a definite no.
  private func unknown(
    _ error: TransportError, wasSent: Bool, isDefinite: Bool, words: [String]
  ) -> TransportError {
    var error = error
    error.serverMessages = words + error.serverMessages.filter { !words.contains($0) }
    let answers: Set<TransportError.Code> = [
      .authenticationFailed, .repositoryNotFound, .refused, .insecure, .unavailable,
    ]
    if !wasSent, error.code == .timedOut {
      // The message says where the time went: the server, or a proxy before it.
      error.message += """
        ; not all of the pack was sent, so nothing was written: give it more time with --timeout, \
        or put out smaller files
        """
    }
    guard wasSent, !(isDefinite && answers.contains(error.code)) else { return error }
    error.code = .outcomeUnknown
    error.message =
      "the push was sent but its result is unknown (\(error.message)); read the branch before trying again"
    return error
  }
}
