/// The packet lines of one conversation, in order.
struct PacketStream {
  private let channel: ByteChannel
  private let remote: RemoteURL

  /// The most bytes that may come.
  var limit: Int

  private var reader = PacketLineReader()
  private var received = 0

  init(_ exchange: Exchange, remote: RemoteURL, limit: Int) {
    self.channel = exchange.incoming
    self.remote = remote
    self.limit = limit
  }

  /// The next line, or `nil` when the server has ended the connection after a whole line.
  mutating func next() async throws -> PacketLine? {
    while true {
      if let line = try reader.next() { return line }
      guard let bytes = try await channel.next() else {
        guard reader.isEmpty else { throw closed() }
        return nil
      }
      received += bytes.count
      guard received <= limit else {
        throw TransportError(
          code: .limitExceeded, message: "the server's answer is longer than \(limit) bytes",
          remote: remote.description)
      }
      reader.append(bytes)
    }
  }

  /// Feeds lines to a parser until it has what it reads for.
  mutating func parse<Value>(
    _ consume: (PacketLine) throws -> Value?
  ) async throws -> Value {
    while let line = try await next() {
      if let value = try consume(line) { return value }
    }
    throw closed()
  }

  private func closed() -> TransportError {
    TransportError(
      code: .connectionClosed, message: "the connection ended in the middle of the server's answer",
      remote: remote.description)
  }
}
