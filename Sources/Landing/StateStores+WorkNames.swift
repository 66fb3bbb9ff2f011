internal import Git
internal import Kratix

extension StateStores {
  /// The same with its Works under the names by which state files know them, where nobody has named
  /// them.
  ///
  /// Kratix draws five digits, and the file tells what a Work is for only by its base, which another
  /// request may have too. So a name is taken where the commit that last wrote the file says whose
  /// it is, or where the file lists what the Work would write.
  ///
  /// - Throws: `LandingError` with `path-conflict` where several may be meant, or where it is not
  ///   known whose it is that would be removed.
  func named(
    _ intent: LandingRequest.Intent, by stores: [String], _ options: LandingOptions
  ) async throws -> LandingRequest.Intent {
    let unnamed = intent.works.filter(\.hasDerivedName)
    guard !unnamed.isEmpty else { return intent }
    var candidates: [Candidate] = []
    for name in stores {
      candidates += try await self.candidates(for: unnamed, in: name, options)
    }
    let works = try intent.works.map { work in
      let own = try candidates.filter { $0.work == work.identity }
        .filter { try $0.isOwn(of: work, removing: intent.isRemoval) }
      return try landing { () throws(KratixError) in try work.named(by: own.map(\.standing)) }
    }
    return intent.isRemoval ? .remove(works) : .write(works)
  }

  private func candidates(
    for works: [Work], in name: String, _ options: LandingOptions
  ) async throws -> [Candidate] {
    let (store, description) = try store(name)
    let shared = platform.destinations(in: description)
      .filter { $0.filepathMode != .nestedByMetadata }
    guard !shared.isEmpty, let tip = try await store.tip(deadline: options.deadline) else {
      return []
    }
    var candidates = try await store.read(tip, deadline: options.deadline) { snapshot in
      try works.flatMap { work in
        try snapshot.possiblyStanding(of: work, at: shared, in: description)
          .filter { $0.workName != work.name }
          .map { try Candidate($0, of: work, in: description, snapshot) }
      }
    }
    let changes = try await store.lastChanges(
      of: candidates.map(\.stateFile), from: tip, deadline: options.deadline)
    for index in candidates.indices {
      candidates[index].message = changes[candidates[index].stateFile]?.commit.message
    }
    return candidates
  }
}

/// A placement whose state file may be a Work's.
private struct Candidate: Sendable {
  let work: String
  let standing: StandingPlacement
  let stateFile: StatePath
  /// Whether the state file lists a file that the Work would write.
  let listsItsFiles: Bool
  /// What the commit says that last wrote the state file.
  var message: String?

  init(
    _ standing: StandingPlacement, of work: Work, in store: GitStateStore, _ snapshot: Snapshot
  ) throws {
    self.work = work.identity
    self.standing = standing
    let name = StateFileName(
      namespace: work.namespace, work: standing.workName ?? work.name, shortID: standing.shortID,
      at: standing.destination)
    let files = try StateFiles(of: standing.destination, in: store, snapshot)
    stateFile = try files.path(of: name)
    guard standing.destination.filepathMode == .none,
      let group = work.workloadGroups.first(where: { $0.shortID == standing.shortID })
    else {
      listsItsFiles = false
      return
    }
    let listed = Set(try files.listed(in: [name]).values.joined().map(\.description))
    let placement = Placement(work: work, group: group, destination: standing.destination)
    let layout = try landing { () throws(KratixError) in try placement.layout(in: store) }
    listsItsFiles = layout.files.contains { listed.contains($0.path) }
  }

  func isOwn(of work: Work, removing: Bool) throws(LandingError) -> Bool {
    if let message, let owner = WorkTrailers(of: message) { return owner == WorkTrailers(of: work) }
    guard removing, !listsItsFiles else { return listsItsFiles }
    throw .unknownOwner(of: stateFile, named: standing.workName ?? "", maybe: work)
  }
}

extension LandingError {
  /// A state file that may be of a Work which is to go, where its commit does not say whose it is.
  static func unknownOwner(
    of stateFile: StatePath, named name: String, maybe work: Work
  ) -> LandingError {
    let owner = work.isDependency ? work.promiseName : "\(work.namespace)/\(work.resourceName)"
    return LandingError(
      .pathConflict,
      """
      \(stateFile) may be of \(owner), and the commit that wrote it does not say so, for Kratix or \
      a person made it; nothing was removed: if it is, say so with --work-name \(name), or give the \
      Work itself with --work; if it is not, name the Pipeline whose output goes with --pipeline
      """)
  }
}
