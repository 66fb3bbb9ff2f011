/// Prepares the programs by which a remote is reached: `ssh`, or Git's own for a path.
protocol GitPrograms: Sendable {
  /// The program that runs a service of the remote.
  ///
  /// - Parameter what: What is waited for, for messages.
  func program(
    _ service: Service, until deadline: ContinuousClock.Instant, waitingFor what: String
  ) async throws -> ChildProcess

  /// Ends what runs beside the sessions.
  func close(by deadline: ContinuousClock.Instant) async
}

/// A connection to a remote by programs that keep listening, one for each operation.
struct ProcessConnection: GitConnection {
  let endpoint: Endpoint
  let programs: any GitPrograms
  let known: AdvertisementCache

  func advertisement(until deadline: ContinuousClock.Instant) async throws -> InitialAdvertisement {
    try await withUploadPack(until: deadline, "what the server offers") { $1 }
  }

  func references(
    _ prefixes: [String], until deadline: ContinuousClock.Instant
  ) async throws -> ReferenceAdvertisement {
    try await withUploadPack(until: deadline, "the references") { session, advertisement in
      try await session.references(prefixes, after: advertisement)
    }
  }

  func fetch(
    _ request: FetchRequest, until deadline: ContinuousClock.Instant,
    _ receive: (ArraySlice<UInt8>) throws -> Void
  ) async throws -> Int {
    try await withUploadPack(until: deadline, "the pack") { session, advertisement in
      var request = request
      if let name = request.reference {
        let references = try await session.references([name], after: advertisement)
        request = try request.resolved(name, in: references)
      }
      session.send(try request.message(to: advertisement, agent: endpoint.options.agent))
      session.lines.limit = endpoint.options.limits.packBytes
      return try await session.lines.readPack(
        FetchResponseParser(request, isVersion2: advertisement.isVersion2), receive)
    }
  }

  func openPush(
    until deadline: ContinuousClock.Instant
  ) async throws -> (InitialAdvertisement, any PushTransport) {
    let what = "the references that the server advertises"
    var session = GitSession(
      try await programs.program(.receivePack, until: deadline, waitingFor: what), endpoint)
    let advertisement = try await session.task.run(until: deadline, waitingFor: what) {
      try await session.advertisement()
    }
    return (advertisement, session)
  }

  func openPushWithoutAdvertisement() -> (any PushTransport)? { nil }

  func close(by deadline: ContinuousClock.Instant) async { await programs.close(by: deadline) }

  /// Runs a whole session with `upload-pack`; its program has ended when this returns.
  private func withUploadPack<Value>(
    until deadline: ContinuousClock.Instant, _ what: String,
    _ body: (inout GitSession, InitialAdvertisement) async throws -> Value
  ) async throws -> Value {
    var session = GitSession(
      try await programs.program(.uploadPack, until: deadline, waitingFor: what), endpoint)
    let value = try await session.task.run(until: deadline, waitingFor: what) {
      let advertisement = try await session.advertisement()
      known.store(advertisement)
      return try await body(&session, advertisement)
    }
    await session.finish(by: deadline)
    return value
  }
}
