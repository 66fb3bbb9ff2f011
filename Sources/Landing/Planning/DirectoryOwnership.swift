internal import Git
internal import Kratix

/// Tells apart requests of one name that have the same directory.
///
/// A Promise may run the pipelines of all namespaces in one namespace of its own. The path then does
/// not tell whose the directory is; the commit that last changed it does.
struct DirectoryOwnership {
  private let request: LandingRequest
  private let snapshot: Snapshot

  init(of request: LandingRequest, on snapshot: Snapshot) {
    self.request = request
    self.snapshot = snapshot
  }

  /// Refuses Works whose directory was last written for another request.
  ///
  /// - Throws: `LandingError` with `path-conflict`, which names both; `GitError`, `HistoryNeeded`.
  func refuseForeign(to works: [Work]) throws {
    let works = works.filter { $0.resourceNamespace != nil }
    let nested = request.here.filter { $0.filepathMode == .nestedByMetadata }
    let directories = try works.flatMap { work in
      try snapshot.standing(of: work, at: nested, in: request.stateStore)
        .map { try OwnedDirectory(of: work, $0, in: request.stateStore) }
    }
    let commits = try snapshot.lastCommits(of: directories.map(\.path))
    for directory in directories {
      if let commit = commits[directory.path] { try directory.refuse(ifWrittenBy: commit) }
    }
  }
}

/// An existing directory, and the Work that would own it.
private struct OwnedDirectory {
  let path: StatePath
  private let placement: Placement

  init(of work: Work, _ existing: StandingPlacement, in store: GitStateStore) throws {
    let group = WorkloadGroup(
      directory: "", id: existing.shortID, workloads: [], destinationSelectors: [])
    placement = Placement(work: work, group: group, destination: existing.destination)
    path = try StatePath(checking: try placement.layout(in: store).directory)
  }

  /// Compares the Work with what a commit names; one that names no placement is ignored.
  func refuse(ifWrittenBy commit: Commit) throws(LandingError) {
    if let owner = CommitMessage(reading: commit.message).owner {
      guard owner != CommitMessage.Owner(of: placement.work) else { return }
      throw conflict(with: "\(owner)")
    }
    guard let name = placement.workName(inSubject: commit.subject) else { return }
    // The five digits and their dash say nothing of what it is for.
    let base = name.dropLast(6)
    guard !base.isEmpty, base != placement.work.baseName else { return }
    throw conflict(with: name)
  }

  private func conflict(with other: String) -> LandingError {
    LandingError(
      .pathConflict,
      """
      \(placement.name) of \(CommitMessage.Owner(of: placement.work)) and \(other) both claim \(path); \
      nothing was written: they are two requests of one name whose pipelines run in the namespace \
      \(placement.work.namespace), so rename one
      """)
  }
}

extension Placement {
  /// The Work's name in the subject of a commit that wrote or removed a placement of this group at
  /// this Destination; `nil` for any other subject.
  func workName(inSubject subject: String) -> String? {
    CommitMessage.workName(in: subject, of: group.shortID, at: destination.name)
  }
}
