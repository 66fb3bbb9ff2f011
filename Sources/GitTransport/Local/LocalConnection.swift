import Git

/// A connection to a repository on this machine: by Git's own programs, or without them where they are
/// not installed, as in a small container image.
///
/// Without them it can only be read: a push needs them for the repository's hooks.
struct LocalConnection: GitConnection {
  let endpoint: Endpoint
  private let programs: ProcessConnection

  init(_ endpoint: Endpoint) {
    self.endpoint = endpoint
    programs = ProcessConnection(
      endpoint: endpoint, programs: LocalPrograms(endpoint: endpoint), known: AdvertisementCache())
  }

  var known: AdvertisementCache { programs.known }

  func advertisement(until deadline: ContinuousClock.Instant) async throws -> InitialAdvertisement {
    do {
      return try await programs.advertisement(until: deadline)
    } catch let error as TransportError where error.code == .missingProgram {
      known.store(LocalRepository.advertisement)
      return LocalRepository.advertisement
    }
  }

  func references(
    _ prefixes: [String], until deadline: ContinuousClock.Instant
  ) async throws -> ReferenceAdvertisement {
    do {
      return try await programs.references(prefixes, until: deadline)
    } catch let error as TransportError where error.code == .missingProgram {
      return try read { repository throws(GitError) in try repository.references() }
    }
  }

  func fetch(
    _ request: FetchRequest, until deadline: ContinuousClock.Instant,
    _ receive: (ArraySlice<UInt8>) throws -> Void
  ) async throws -> Int {
    do {
      return try await programs.fetch(request, until: deadline, receive)
    } catch let error as TransportError where error.code == .missingProgram {
      // An error of the receiver is not one of the repository.
      let pieces = try read { repository throws(GitError) in try repository.pack(for: request) }
        .pieces()
      var byteCount = 0
      while let piece = try pieces.next() {
        try receive(piece[...])
        byteCount += piece.count
      }
      return byteCount
    }
  }

  func openPush(
    until deadline: ContinuousClock.Instant
  ) async throws -> (InitialAdvertisement, any PushTransport) {
    try await programs.openPush(until: deadline)
  }

  func openPushWithoutAdvertisement() -> (any PushTransport)? { nil }

  func close(by deadline: ContinuousClock.Instant) async { await programs.close(by: deadline) }

  private func read<Value>(
    _ body: (LocalRepository) throws(GitError) -> Value
  ) throws(TransportError) -> Value {
    do throws(GitError) {
      return try body(LocalRepository(at: endpoint.url.path))
    } catch {
      throw endpoint.error(LocalRepository.code(of: error), error.message)
    }
  }
}
