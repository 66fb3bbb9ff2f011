import NIOCore

/// What carries the conversations with a remote.
enum Wire: Sendable {
  case http(HTTPTransport)
  case ssh(SecureShell)
  case path(LocalRepository)
}

/// A conversation with a program that keeps listening: `upload-pack` or `receive-pack` over ssh or
/// on a path.
struct Conversation {
  let exchange: Exchange
  var lines: PacketStream
  let referenceLimit: Int

  /// Sends bytes; what is said after the other side has left is lost, and its last words say why.
  func say(_ bytes: [UInt8]) {
    exchange.outgoing.post(bytes)
  }

  /// Sends a body, as fast as it is taken; what comes after the other side has left is lost.
  func say(_ body: RequestBody) async throws {
    for try await piece in body {
      guard await exchange.outgoing.send(Array(piece.readableBytesView)) else { break }
    }
    exchange.outgoing.finish()
  }

  /// Reads what the server says first.
  mutating func greeting() async throws -> ServerGreeting {
    var parser = AdvertisementParser(referenceLimit: referenceLimit)
    return try await lines.parse { try parser.consume($0) }
  }

  /// Reads what the server says first, and has the remote remember it.
  mutating func greeting(_ remote: Remote) async throws -> ServerGreeting {
    let greeting = try await greeting()
    remote.remember(greeting)
    return greeting
  }

  /// The references that the server has advertised, or lists when it is asked.
  mutating func references(
    _ prefixes: [String], after greeting: ServerGreeting, agent: String
  ) async throws -> ReferenceAdvertisement {
    switch greeting {
    case .references(let advertisement, _): return advertisement
    case .version2(let capabilities):
      say(ReferenceListing.request(prefixes: prefixes, capabilities: capabilities, agent: agent))
      var listing = ReferenceListing(
        capabilities: capabilities, referenceLimit: referenceLimit)
      return try await lines.parse { try listing.consume($0) }
    }
  }
}

extension Remote {
  /// Starts the program of a service on the other side, over ssh or on a path.
  func converse(
    with service: Service, until deadline: ContinuousClock.Instant, _ what: String
  ) async throws -> Conversation? {
    switch wire {
    case .http: return nil
    case .ssh(let shell):
      try await holdConnection(of: shell, until: deadline, what)
      return begin(try shell.child(service, until: deadline), Exchange(remote: url))
    case .path(let repository):
      return begin(
        repository.child(service, version2: service == .uploadPack), Exchange(remote: url))
    }
  }

  /// Has one connection for all conversations, where there is a place for its socket.
  private func holdConnection(
    of shell: SecureShell, until deadline: ContinuousClock.Instant, _ what: String
  ) async throws {
    let exchange = Exchange(remote: url)
    guard shell.socket.path != nil, held.hold(exchange) else { return }
    let child: ChildProcess
    do { child = try shell.child(.uploadPack, isHolder: true, until: deadline) } catch {
      exchange.abort(error)
      throw error
    }
    var talk = begin(child, exchange)
    _ = try await exchange.run(until: deadline, waitingFor: what) {
      try await talk.greeting(self)
    }
  }

  private func begin(_ child: ChildProcess, _ exchange: Exchange) -> Conversation {
    let incoming = exchange.incoming
    let outgoing = exchange.outgoing
    exchange.start { [url] in
      await child.carry(incoming: incoming, outgoing: outgoing, remote: url)
    }
    return Conversation(
      exchange: exchange,
      lines: PacketStream(exchange, remote: url, limit: options.limits.responseBytes),
      referenceLimit: options.limits.references)
  }

  /// Runs a whole conversation; the other side has left when this returns.
  func conversation<Value>(
    _ service: Service, until deadline: ContinuousClock.Instant, _ what: String,
    _ body: (inout Conversation) async throws -> Value
  ) async throws -> Value {
    guard var talk = try await converse(with: service, until: deadline, what) else {
      throw ProtocolFailure.violation("no conversation over http")
    }
    let value = try await talk.exchange.run(until: deadline, waitingFor: what) {
      try await body(&talk)
    }
    // A flush says that no more requests come.
    talk.say(PacketLine.flushBytes)
    await talk.exchange.leave(by: deadline)
    return value
  }

  /// Makes one request over http and reads its answer to the end.
  func request<Value>(
    _ call: HTTPTransport.Call, over transport: HTTPTransport, limit: Int? = nil,
    until deadline: ContinuousClock.Instant, _ what: String,
    _ body: (inout PacketStream) async throws -> Value
  ) async throws -> Value {
    let exchange = try transport.begin(call)
    var lines = PacketStream(exchange, remote: url, limit: limit ?? options.limits.responseBytes)
    let value = try await exchange.run(until: deadline, waitingFor: what) { try await body(&lines) }
    await exchange.leave(by: deadline)
    return value
  }

  /// Asks over http what the server advertises.
  func greet(
    over transport: HTTPTransport, _ service: Service, _ deadline: ContinuousClock.Instant
  ) async throws -> ServerGreeting {
    let isRead = service == .uploadPack
    let call = HTTPTransport.Call(service: service, body: nil, version2: isRead)
    let greeting = try await request(
      call, over: transport, until: deadline, "the references that the server advertises"
    ) { lines in
      var parser = AdvertisementParser(
        referenceLimit: options.limits.references, namesService: true)
      return try await lines.parse { try parser.consume($0) }
    }
    if isRead { remember(greeting) }
    return greeting
  }

  /// Reads references over http: at best one request, guessing that the server speaks version 2.
  func references(
    over transport: HTTPTransport, _ prefixes: [String], _ deadline: ContinuousClock.Instant
  ) async throws -> ReferenceAdvertisement {
    func list(_ capabilities: Capabilities?) async throws -> ReferenceAdvertisement {
      let body = ReferenceListing.request(
        prefixes: prefixes, capabilities: capabilities, agent: options.agent)
      let call = HTTPTransport.Call(
        service: .uploadPack, body: try RequestBody(body), version2: true)
      var listing = ReferenceListing(
        capabilities: capabilities, referenceLimit: options.limits.references)
      return try await request(call, over: transport, until: deadline, "the references") { lines in
        try await lines.parse { try listing.consume($0) }
      }
    }
    switch known {
    case .version2(let capabilities): return try await list(capabilities)
    case .references: break
    case nil:
      do { return try await list(nil) } catch {
        // A server of version 0, or one that redirects, does not understand; the first request of
        // old tells.
        if transportError(error).isIndependentOfVersion { throw error }
      }
    }
    switch try await greet(over: transport, .uploadPack, deadline) {
    case .references(let advertisement, _): return advertisement
    case .version2(let capabilities): return try await list(capabilities)
    }
  }
}
