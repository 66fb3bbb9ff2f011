import Logging

/// A connection to a remote over http(s), where each operation is one or more requests.
struct HTTPConnection: GitConnection {
  let known = AdvertisementCache()
  private let endpoint: Endpoint
  private let transport: HTTPTransport

  var clockOffset: Duration? { transport.clockOffset }

  init(_ endpoint: Endpoint, logger: Logger) {
    self.endpoint = endpoint
    self.transport = HTTPTransport(endpoint, logger: logger)
  }

  func advertisement(until deadline: ContinuousClock.Instant) async throws -> InitialAdvertisement {
    let advertisement = try await advertisement(of: .uploadPack, until: deadline)
    known.store(advertisement)
    return advertisement
  }

  /// Reads references: in the best case with one request, on the assumption that the server
  /// supports version 2.
  func references(
    _ prefixes: [String], until deadline: ContinuousClock.Instant
  ) async throws -> ReferenceAdvertisement {
    switch known.value {
    case .version2(let capabilities): return try await list(prefixes, capabilities, until: deadline)
    case .references: break
    case nil:
      do { return try await list(prefixes, nil, until: deadline) } catch {
        // A server of version 0, or one that redirects, does not understand the request.
        if endpoint.transportError(error).isIndependentOfVersion { throw error }
      }
    }
    switch try await advertisement(until: deadline) {
    case .references(let references, _): return references
    case .version2(let capabilities): return try await list(prefixes, capabilities, until: deadline)
    }
  }

  func fetch(
    _ request: FetchRequest, until deadline: ContinuousClock.Instant,
    _ receive: (ArraySlice<UInt8>) throws -> Void
  ) async throws -> Int {
    var request = request
    if let name = request.reference {
      request = try request.resolved(name, in: try await references([name], until: deadline))
    }
    var hasReceived = false
    func send(_ message: [UInt8], isVersion2: Bool) async throws -> Int {
      let call = HTTPCall(
        service: .uploadPack, body: try RequestBody(message), version2: isVersion2)
      return try await self.send(
        call, limit: endpoint.options.limits.packBytes, until: deadline, "the pack"
      ) { lines in
        try await lines.readPack(FetchResponseParser(request, isVersion2: isVersion2)) {
          hasReceived = true
          try receive($0)
        }
      }
    }
    if known.value == nil {
      // In the best case one request, on the assumption that the server supports version 2 and
      // what is asked for.
      let message = request.version2(
        capabilities: Capabilities([]), agent: endpoint.options.agent)
      do { return try await send(message, isVersion2: true) } catch {
        // If the assumption was wrong, the server's advertisement shows it below.
        let failure = endpoint.transportError(error)
        guard error is TransportError || error is ProtocolFailure, !hasReceived,
          failure.code != .objectNotFound, !failure.isIndependentOfVersion
        else { throw error }
      }
    }
    let advertisement =
      if let known = known.value { known } else { try await advertisement(until: deadline) }
    return try await send(
      try request.message(to: advertisement, agent: endpoint.options.agent),
      isVersion2: advertisement.isVersion2)
  }

  func openPush(
    until deadline: ContinuousClock.Instant
  ) async throws -> (InitialAdvertisement, any PushTransport) {
    (
      try await advertisement(of: .receivePack, until: deadline),
      HTTPPush(endpoint: endpoint, transport: transport)
    )
  }

  func openPushWithoutAdvertisement() -> (any PushTransport)? {
    HTTPPush(endpoint: endpoint, transport: transport)
  }

  func close(by deadline: ContinuousClock.Instant) async { transport.close() }

  private func advertisement(
    of service: Service, until deadline: ContinuousClock.Instant
  ) async throws -> InitialAdvertisement {
    let call = HTTPCall(service: service, body: nil, version2: service == .uploadPack)
    return try await send(
      call, until: deadline, "the references that the server advertises"
    ) { lines in
      var parser = AdvertisementParser(
        referenceLimit: endpoint.options.limits.references, namesService: true)
      return try await lines.parse { try parser.consume($0) }
    }
  }

  /// Sends `ls-refs` of version 2.
  ///
  /// - Parameter capabilities: What the server has advertised; `nil` if that is not known.
  private func list(
    _ prefixes: [String], _ capabilities: Capabilities?, until deadline: ContinuousClock.Instant
  ) async throws -> ReferenceAdvertisement {
    let message = ReferenceListing.request(
      prefixes: prefixes, capabilities: capabilities, agent: endpoint.options.agent)
    let call = HTTPCall(service: .uploadPack, body: try RequestBody(message), version2: true)
    var listing = ReferenceListing(
      capabilities: capabilities, referenceLimit: endpoint.options.limits.references)
    return try await send(call, until: deadline, "the references") { lines in
      try await lines.parse { try listing.consume($0) }
    }
  }

  /// Makes one request and reads its answer to the end.
  private func send<Value>(
    _ call: HTTPCall, limit: Int? = nil, until deadline: ContinuousClock.Instant, _ what: String,
    _ body: (inout PacketStream) async throws -> Value
  ) async throws -> Value {
    let task = try transport.begin(call)
    var lines = PacketStream(task, endpoint, limit: limit)
    let value = try await task.run(until: deadline, waitingFor: what) { try await body(&lines) }
    await task.finish(by: deadline)
    return value
  }
}

/// A push as one POST request.
struct HTTPPush: PushTransport {
  let endpoint: Endpoint
  let transport: HTTPTransport

  var answersWithErrors: Bool { true }

  func begin(_ body: RequestBody) throws -> (task: TransferTask, answer: PacketStream) {
    let task = try transport.begin(HTTPCall(service: .receivePack, body: body, version2: false))
    return (task, PacketStream(task, endpoint))
  }

  /// Does nothing: the body is part of the request.
  func send(_ body: RequestBody) {}

  func close() {}
}
