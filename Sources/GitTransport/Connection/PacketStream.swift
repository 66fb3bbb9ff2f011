/// The packet lines that arrive in one transfer, in order.
struct PacketStream {
  private let channel: ByteChannel
  private let endpoint: Endpoint

  /// The most bytes that are accepted.
  var limit: Int

  private var reader = PacketLineReader()
  private var received = 0

  /// - Parameter limit: The most bytes that are accepted; those of a response if `nil`.
  init(_ task: TransferTask, _ endpoint: Endpoint, limit: Int? = nil) {
    self.channel = task.incoming
    self.endpoint = endpoint
    self.limit = limit ?? endpoint.options.limits.responseBytes
  }

  /// The next line, or `nil` when the server has ended the connection after a whole line.
  mutating func next() async throws -> PacketLine? {
    while true {
      if let line = try reader.next() { return line }
      guard let bytes = try await channel.next() else {
        guard reader.isEmpty else { throw closed("in the middle of the server's answer") }
        return nil
      }
      received += bytes.count
      guard received <= limit else {
        throw endpoint.error(
          .limitExceeded, "the server's answer is longer than \(limit) bytes")
      }
      reader.append(bytes)
    }
  }

  /// Passes lines to a parser until it returns a value.
  mutating func parse<Value>(
    _ consume: (PacketLine) throws -> Value?
  ) async throws -> Value {
    while let line = try await next() {
      if let value = try consume(line) { return value }
    }
    throw closed("in the middle of the server's answer")
  }

  /// Reads the answer to a fetch, and passes the bytes of the pack to `receive`.
  ///
  /// - Returns: The number of bytes of the pack.
  mutating func readPack(
    _ parser: FetchResponseParser, _ receive: (ArraySlice<UInt8>) throws -> Void
  ) async throws -> Int {
    var parser = parser
    var count = 0
    while let line = try await next() {
      switch try parser.consume(line) {
      case .none: break
      case .pack(let bytes):
        count += bytes.count
        try receive(bytes)
      case .finished: return count
      }
    }
    throw closed("in the middle of the pack")
  }

  private func closed(_ place: String) -> TransportError {
    endpoint.error(.connectionClosed, "the connection ended \(place)")
  }
}
