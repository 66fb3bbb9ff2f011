internal import Git
internal import Kratix

/// Where a Promise has a namespace of its own for its pipelines, two requests of one name from
/// different namespaces have one directory, and the path does not tell whose it is. The commit that
/// last changed it does.
extension StateStores {
  /// Refuses Works whose directory another request's was the last to write, and says what stood
  /// there, which nobody may have changed until they land.
  ///
  /// - Returns: The ids of the directories by path; `nil` where no directory can be two requests'.
  /// - Throws: `LandingError` with `path-conflict`, which names both.
  func refuseForeignDirectories(
    _ request: LandingRequest, in store: StateStore, _ options: LandingOptions
  ) async throws -> [String: String]? {
    let works = request.intent.works.filter { $0.resourceNamespace != nil }
    guard !works.isEmpty else { return nil }
    guard let tip = try await store.tip(deadline: options.deadline) else { return [:] }
    let destinations = platform.destinations(in: request.stateStore)
      .filter { $0.filepathMode == .nestedByMetadata }
    let claims = try await store.read(tip, deadline: options.deadline) { snapshot in
      try works.flatMap { work in
        try snapshot.standing(of: work, at: destinations, in: request.stateStore)
          .map { try Claim(of: work, $0, in: request.stateStore, snapshot) }
      }
    }
    let changes = try await store.lastChanges(
      of: claims.map(\.path), from: tip, deadline: options.deadline)
    for claim in claims {
      if let change = changes[claim.path] { try claim.refuse(ifWrittenBy: change.commit) }
    }
    return Dictionary(claims.map { ($0.path.description, $0.id) }) { first, _ in first }
  }
}

/// A directory that stands, and the Work that it would be of.
private struct Claim: Sendable {
  let path: StatePath
  /// What stands there.
  let id: String
  private let placement: Placement

  init(
    of work: Work, _ standing: StandingPlacement, in store: GitStateStore, _ snapshot: Snapshot
  ) throws {
    let group = WorkloadGroup(
      directory: "", id: standing.shortID, workloads: [], destinationSelectors: [])
    placement = Placement(work: work, group: group, destination: standing.destination)
    path = try StatePath(checking: try placement.layout(in: store).directory)
    id = try snapshot.entry(at: path)?.id.description ?? ""
  }

  /// Compares what the Work is for with what a commit says; one that says nothing of a placement is
  /// nobody's.
  func refuse(ifWrittenBy commit: Commit) throws(LandingError) {
    if let owner = WorkTrailers(of: commit.message) {
      guard owner != WorkTrailers(of: placement.work) else { return }
      throw conflict(with: "\(owner)")
    }
    guard let name = placement.workName(in: commit.subject) else { return }
    // The five digits and their dash say nothing of what it is for.
    let base = name.dropLast(6)
    guard !base.isEmpty, base != placement.work.baseName else { return }
    throw conflict(with: name)
  }

  private func conflict(with other: String) -> LandingError {
    LandingError(
      .pathConflict,
      """
      \(placement.name) of \(WorkTrailers(of: placement.work)) and \(other) both claim \(path); nothing was written: they are two requests \
      of one name whose pipelines run in the namespace \(placement.work.namespace), so rename one
      """)
  }
}
