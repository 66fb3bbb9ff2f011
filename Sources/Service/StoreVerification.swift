internal import Git
internal import Kratix
internal import Landing
internal import Manifests
internal import Verification

/// Verification of one state store, by the service's own way to it.
struct StoreVerification: Sendable {
  /// How many Works are held against the snapshot at once.
  private static let most = 500

  let platform: Platforms.Version
  let store: StateStore
  let description: GitStateStore
  let deadline: ContinuousClock.Instant

  /// - Throws: `LandingError`.
  init(
    platform: Platforms.Version, store name: String, deadline: ContinuousClock.Instant
  ) throws {
    self.platform = platform
    (store, description) = try platform.stores.store(name)
    self.deadline = deadline
  }

  /// Holds the state store against Works as they should be.
  ///
  /// - Parameter isWanted: Which placements are asked for.
  /// - Throws: `LandingError`, `ManifestError`.
  func report(
    on works: [DesiredWork], _ isWanted: (ResourceReport.Placement) -> Bool
  ) async throws -> Report {
    let verifier = try Verifier(
      platform: platform.stores.platform, stateStore: description)
    let commit = try await commit(nil)
    var report = try await read(commit) { _ in [] }
    var rest = works[...]
    while !rest.isEmpty {
      let some = try rest.prefix(Self.most).map { try $0.kratixWork() }
      rest = rest.dropFirst(Self.most)
      report.resources += try await read(commit) { snapshot in
        try some.flatMap { try verifier.check($0, in: snapshot) }
      }.resources
    }
    // Works that belong in other state stores have no placement here, and nothing to be held.
    let own = report.resources.filter { resource in
      !resource.placements.isEmpty || resource.verdict != .landed
    }
    let wanted = own.filter { $0.placements.isEmpty || $0.placements.contains(where: isWanted) }
    return try await withHistory(
      Report(stateStore: report.stateStore, commit: report.commit, resources: wanted))
  }

  /// Holds the state store against what a client says should be there.
  ///
  /// - Throws: `LandingError`, `ManifestError`.
  func report(on request: VerificationRequest) async throws -> Report {
    var known = platform.stores.platform
    try known.add(request.expectations)
    let verifier = try Verifier(
      platform: known, stateStore: description, settings: request.settings)
    return try await withHistory(
      try await read(try await commit(request.revision)) { snapshot in
        try request.works.flatMap { try verifier.check($0, in: snapshot) }
          + verifier.check(rendered: request.placements, in: snapshot)
          + verifier.check(requests: request.requests, in: snapshot)
      })
  }

  private func commit(_ revision: String?) async throws -> ObjectID? {
    if let commit = try await store.commit(of: revision, deadline: deadline) { return commit }
    return try await store.tip(deadline: deadline)
  }

  private func read(
    _ commit: ObjectID?, _ check: @escaping @Sendable (Snapshot) throws -> [ResourceReport]
  ) async throws -> Report {
    try await store.read(commit, deadline: deadline) { [store] snapshot in
      Report(
        stateStore: store.description, snapshot: snapshot,
        resources: Report.merged(try check(snapshot)))
    }
  }

  private func withHistory(_ report: Report) async throws -> Report {
    guard report.worstSeverity == .error else { return report }
    // The findings stand without it; who brought them is only not known.
    return (try? await report.withHistory(from: store, deadline: deadline)) ?? report
  }
}
