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
    try await withoutPrograms {
      try await programs.advertisement(until: deadline)
    } orElse: { _ in
      known.store(LocalRepository.advertisement)
      return LocalRepository.advertisement
    }
  }

  func references(
    _ prefixes: [String], until deadline: ContinuousClock.Instant
  ) async throws -> ReferenceAdvertisement {
    try await withoutPrograms {
      try await programs.references(prefixes, until: deadline)
    } orElse: { repository in
      try repository.references()
    }
  }

  func fetch(
    _ request: FetchRequest, until deadline: ContinuousClock.Instant,
    _ receive: (ArraySlice<UInt8>) throws -> Void
  ) async throws -> Int {
    try await withoutPrograms {
      try await programs.fetch(request, until: deadline, receive)
    } orElse: { repository in
      try repository.fetch(request, receive)
    }
  }

  func openPush(
    until deadline: ContinuousClock.Instant
  ) async throws -> (InitialAdvertisement, any PushTransport) {
    try await programs.openPush(until: deadline)
  }

  func openPushWithoutAdvertisement() -> (any PushTransport)? { nil }

  func close(by deadline: ContinuousClock.Instant) async { await programs.close(by: deadline) }

  private func withoutPrograms<Value>(
    _ body: () async throws -> Value, orElse read: (LocalRepository) throws -> Value
  ) async throws -> Value {
    do {
      return try await body()
    } catch let error as TransportError where error.code == .missingProgram {
      do {
        return try read(LocalRepository(at: endpoint.url.path))
      } catch let error as GitError {
        throw endpoint.error(LocalRepository.code(of: error), error.message)
      }
    }
  }
}
