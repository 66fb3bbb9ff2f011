extension Remote {
  /// Fetches objects; `receive` is given the pack's bytes as they arrive, in order.
  ///
  /// What a filter yields, tried on git 2.39 over http, ssh and a path:
  ///
  /// - A commit with `treeDepth(0)` is the commit alone, with `treeDepth(1)` its root tree as well,
  ///   with `treeDepth(n)` every tree and blob down to level n, where level 1 is the root tree
  ///   itself.
  /// - A tree with `treeDepth(0)` is exactly that tree, with `treeDepth(n)` the tree and n levels
  ///   of entries below it, blobs of those levels included. Several trees may be wanted at once.
  /// - Blobs come exactly when wanted; no filter is needed.
  /// - The order of wants matters when one contains another. The inner one must come first: then it
  ///   comes whole, with levels of its own. Wanted after the one that contains it, it counts as
  ///   reached from there, and the filter may leave it out without a word, even at `treeDepth(0)`.
  ///   So put blobs before trees and deeper trees before shallower ones, and look at what came:
  ///   equal trees can stand in two places. What is missing comes when it is wanted alone.
  /// - `depth` matters for commits only. With trees and blobs leave it out.
  ///
  /// Any object can be wanted by id in protocol version 2, whatever the server's configuration, and
  /// in version 0 over http (git's own server does not check, though it does not say so). Version 0
  /// over ssh needs `uploadpack.allowAnySHA1InWant`. Filters need `uploadpack.allowFilter` in
  /// either version.
  ///
  /// - Throws: what `receive` throws, else a `TransportError`: ``TransportError/Code/unsupported``
  ///   before anything is asked when the server does not offer the filter or depth of the request
  ///   (doing with less is the caller's decision; see ``fetchSupport(deadline:)``);
  ///   ``TransportError/Code/objectNotFound`` when it does not hand out one of the objects. After
  ///   an error the bytes received are no whole pack.
  package func fetch(
    _ request: FetchRequest, deadline: ContinuousClock.Instant,
    receive: (ArraySlice<UInt8>) throws -> Void
  ) async throws -> FetchResult {
    do {
      guard !request.wants.isEmpty || request.reference != nil else {
        throw ProtocolFailure(code: .unsupported, message: "nothing is asked for")
      }
      switch wire {
      case .http(let transport):
        let request = try await resolved(request) { name in
          try await references(over: transport, [name], deadline)
        }
        return try await fetch(request, over: transport, deadline, receive)
      case .ssh, .path:
        return try await conversation(.uploadPack, until: deadline, "the pack") { talk in
          let greeting = try await talk.greeting(self)
          let request = try await resolved(request) { name in
            try await talk.references([name], after: greeting, agent: options.agent)
          }
          let (body, isVersion2) = try message(request, to: greeting)
          talk.say(body)
          talk.lines.limit = options.limits.packBytes
          return try await read(&talk.lines, request, isVersion2: isVersion2, receive)
        }
      }
    } catch let failure as ProtocolFailure {
      throw failure.transportError(remote: url)
    }
  }

  /// A request whose reference has become the object that it names.
  private func resolved(
    _ request: FetchRequest,
    _ references: (String) async throws -> ReferenceAdvertisement
  ) async throws -> FetchRequest {
    guard let name = request.reference else { return request }
    guard let id = try await references(name)[name] else {
      throw ProtocolFailure(
        code: .objectNotFound,
        message: "the server has no \(ServerText.clean(name, limit: 100)) any more")
    }
    var request = request
    request.reference = nil
    request.wants.append(id)
    return request
  }

  /// Over http to a server that has said nothing yet: at best one request, guessing that it
  /// speaks version 2 and offers what is asked for.
  private func fetch(
    _ request: FetchRequest, over transport: HTTPTransport, _ deadline: ContinuousClock.Instant,
    _ receive: (ArraySlice<UInt8>) throws -> Void
  ) async throws -> FetchResult {
    var hasBegun = false
    func exchange(_ body: [UInt8], isVersion2: Bool) async throws -> FetchResult {
      let call = HTTPTransport.Call(
        service: .uploadPack, body: try RequestBody(body), version2: isVersion2)
      return try await self.request(
        call, over: transport, limit: options.limits.packBytes, until: deadline, "the pack"
      ) { lines in
        try await read(&lines, request, isVersion2: isVersion2) {
          hasBegun = true
          try receive($0)
        }
      }
    }
    if known == nil {
      let guess = request.version2(capabilities: Capabilities([]), agent: options.agent)
      do { return try await exchange(guess, isVersion2: true) } catch {
        // Whatever is wrong with the guess is found out in the old way.
        let failure = transportError(error)
        guard error is TransportError || error is ProtocolFailure, !hasBegun,
          failure.code != .objectNotFound, !failure.isIndependentOfVersion
        else { throw error }
      }
    }
    let greeting =
      if let known { known } else { try await greet(over: transport, .uploadPack, deadline) }
    let (body, isVersion2) = try message(request, to: greeting)
    return try await exchange(body, isVersion2: isVersion2)
  }

  private func message(
    _ request: FetchRequest, to greeting: ServerGreeting
  ) throws(ProtocolFailure) -> (bytes: [UInt8], isVersion2: Bool) {
    if let refusal = FetchSupport(greeting).refusal(of: request, greeting) { throw refusal }
    return switch greeting {
    case .version2(let capabilities):
      (request.version2(capabilities: capabilities, agent: options.agent), true)
    case .references(_, let capabilities):
      (request.version0(capabilities: capabilities, agent: options.agent), false)
    }
  }

  private func read(
    _ lines: inout PacketStream, _ request: FetchRequest, isVersion2: Bool,
    _ receive: (ArraySlice<UInt8>) throws -> Void
  ) async throws -> FetchResult {
    var parser = FetchResponseParser(isVersion2: isVersion2, deepens: request.depth != nil)
    var count = 0
    while let line = try await lines.next() {
      switch try parser.consume(line) {
      case .none: break
      case .pack(let bytes):
        count += bytes.count
        try receive(bytes)
      case .finished:
        return FetchResult(
          shallow: parser.shallow, packBytes: count, messages: parser.words.lines)
      }
    }
    throw TransportError(
      code: .connectionClosed, message: "the connection ended in the middle of the pack",
      remote: url.description)
  }
}
