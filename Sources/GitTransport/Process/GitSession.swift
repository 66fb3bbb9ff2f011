import NIOCore

/// A running `upload-pack` or `receive-pack` whose standard input and output we hold, over ssh or
/// on this machine.
struct GitSession: Sendable {
  let task: TransferTask
  var lines: PacketStream
  private let options: TransportOptions

  /// Starts the program.
  init(_ program: ChildProcess, _ endpoint: Endpoint) {
    self.init(program, endpoint, TransferTask(endpoint))
  }

  /// Starts the program in a task that exists already.
  init(_ program: ChildProcess, _ endpoint: Endpoint, _ task: TransferTask) {
    self.task = task
    self.lines = PacketStream(task, endpoint)
    self.options = endpoint.options
    task.start { [incoming = task.incoming, outgoing = task.outgoing] in
      await program.run(incoming: incoming, outgoing: outgoing, endpoint)
    }
  }

  /// Sends bytes, which are dropped if the program has ended; reading then throws why it did.
  func send(_ bytes: [UInt8]) {
    task.outgoing.post(bytes)
  }

  /// Reads the initial advertisement.
  mutating func advertisement() async throws -> InitialAdvertisement {
    var parser = AdvertisementParser(referenceLimit: options.limits.references)
    return try await lines.parse { try parser.consume($0) }
  }

  /// The references of the advertisement, or in version 2 those that `ls-refs` lists.
  mutating func references(
    _ prefixes: [String], after advertisement: InitialAdvertisement
  ) async throws -> ReferenceAdvertisement {
    switch advertisement {
    case .references(let references, _): return references
    case .version2(let capabilities):
      send(
        ReferenceListing.request(
          prefixes: prefixes, capabilities: capabilities, agent: options.agent))
      var listing = ReferenceListing(
        capabilities: capabilities, referenceLimit: options.limits.references)
      return try await lines.parse { try listing.consume($0) }
    }
  }

  /// Tells the program that no more requests come, and waits for its end.
  func finish(by deadline: ContinuousClock.Instant) async {
    send(PacketLine.flushBytes)
    await task.finish(by: deadline)
  }
}

extension GitSession: PushTransport {
  var answersWithErrors: Bool { false }

  func begin(_ body: RequestBody) -> (task: TransferTask, answer: PacketStream) { (task, lines) }

  /// Sends a body as fast as the program reads it, and drops the rest if the program has ended.
  func send(_ body: RequestBody) async throws {
    for try await piece in body {
      guard await task.outgoing.send(Array(piece.readableBytesView)) else { break }
    }
    task.outgoing.finish()
  }

  func close() async { await finish(by: .now + .seconds(2)) }
}
