internal import Git
internal import Kratix

/// Finds the names by which state files know Works that have no name of their own yet.
///
/// Kratix draws five digits, and the file tells what a Work is for only by its base, which another
/// request may have too. So a name is taken when the commits that last wrote the file, or what it
/// lists, name the Work; where they name none, it is taken for a write of what the file lists.
struct WorkNames {
  private let request: LandingRequest
  private let snapshot: Snapshot

  init(of request: LandingRequest, on snapshot: Snapshot) {
    self.request = request
    self.snapshot = snapshot
  }

  /// Whether a Work's name is found by state files.
  func isUnnamed(_ work: Work) -> Bool {
    request.promises != nil && !request.steering.namesAreGiven && work.hasDerivedName
  }

  /// The intent with its Works under those names.
  ///
  /// - Throws: `LandingError` with `path-conflict` where several may be meant, where the owner of
  ///   what would be removed or left is unknown, and where a name that was given is another's.
  ///   `GitError`, `HistoryNeeded`.
  func named(_ intent: LandingRequest.Intent) throws -> LandingRequest.Intent {
    let works = intent.works.filter { $0.hasDerivedName || request.steering.namesAreGiven }
    guard !works.isEmpty else { return intent }
    let candidates = try candidates(for: works)
    if request.steering.namesAreGiven {
      for work in intent.works {
        for candidate in candidates where candidate.placement.work == work.identity {
          try candidate.refuse(asAnothersThan: work)
        }
      }
      return intent
    }
    let named = try intent.works.flatMap { work in
      let found = candidates.filter { $0.placement.work == work.identity }
      return intent.removes(work)
        ? try removed(work, found)
        : [try written(work, found + request.elsewhere.candidates(for: work))]
    }
    guard intent.isRemoval else { return .write(named) }
    return .remove(
      named.enumerated().filter { !named.prefix($0.offset).contains($0.element) }.map(\.element))
  }

  private func written(_ work: Work, _ found: [NameCandidate]) throws(LandingError) -> Work {
    let known = found.filter { $0.isKnown(of: work) }
    var own = known
    if known.isEmpty {
      for candidate in found where try candidate.isTaken(by: work, request.promises ?? []) {
        own.append(candidate)
      }
    }
    return try landing { () throws(KratixError) in
      try work.named(by: own.map(\.placement))
    }
  }

  private func removed(_ work: Work, _ found: [NameCandidate]) throws -> [Work] {
    let own = try found.filter { try $0.goes(with: work) }.compactMap(\.placement.workName)
    return [work] + Set(own).subtracting([work.name]).sorted().map(work.named)
  }

  /// The placements of this state store whose state files may be Works'.
  ///
  /// - Throws: `LandingError`, `GitError` or `HistoryNeeded`.
  func candidates(for works: [Work]) throws -> [NameCandidate] {
    let namesAreGiven = request.steering.namesAreGiven
    let shared = request.here.filter { $0.filepathMode != .nestedByMetadata }
    guard !shared.isEmpty, !works.isEmpty else { return [] }
    let found = try works.flatMap { work in
      try snapshot.possiblyStanding(of: work, at: shared, in: request.stateStore, cut: true)
        .filter { $0.workName == work.name || !namesAreGiven }
        .map { try CandidateFile($0, of: work, in: request.stateStore, snapshot) }
    }
    // Only this program gives a derived name: no commit has to confirm it.
    let doubtful = found.filter { namesAreGiven || !$0.hasDerivedName }
    let commits = try snapshot.lastCommits(of: Set(doubtful.flatMap { [$0.path] + $0.listed }))
    return found.map { file in
      NameCandidate(
        placement: file.placement, stateFile: file.path.description,
        listsItsFiles: file.listsItsFiles, hasDerivedName: file.hasDerivedName,
        owner: commits.owner(of: file.path, listing: file.listed))
    }
  }
}

/// A state file that may be a Work's, as it was read.
private struct CandidateFile {
  let placement: StandingPlacement
  let path: StatePath
  /// What the state file lists.
  let listed: [StatePath]
  let listsItsFiles: Bool
  let hasDerivedName: Bool

  init(
    _ placement: StandingPlacement, of work: Work, in store: GitStateStore, _ snapshot: Snapshot
  ) throws {
    self.placement = placement
    hasDerivedName = placement.workName == work.derivedName
    let name = StateFileName(
      namespace: work.namespace, work: placement.workName ?? work.name,
      shortID: placement.shortID, at: placement.destination)
    let files = try StateFiles(of: placement.destination, in: store, snapshot)
    path = try files.path(of: name)
    guard placement.destination.filepathMode == .none else {
      (listed, listsItsFiles) = ([], false)
      return
    }
    let listed = Array(try files.listed(in: [name]).values.joined())
    self.listed = listed
    guard let group = work.workloadGroups.first(where: { $0.shortID == placement.shortID }) else {
      listsItsFiles = false
      return
    }
    let written = Placement(work: work, group: group, destination: placement.destination)
    let layout = try landing { () throws(KratixError) in try written.layout(in: store) }
    listsItsFiles = !Set(listed.map(\.description)).isDisjoint(with: layout.files.map(\.path))
  }
}

/// A placement whose state file may be a Work's.
struct NameCandidate: Sendable, Hashable, Codable {
  let placement: StandingPlacement
  /// The path of the state file.
  let stateFile: String
  /// Whether the state file lists a file that the Work would write.
  let listsItsFiles: Bool
  /// Whether it has the name that the Work has as long as it is given none.
  let hasDerivedName: Bool
  /// The owner, as far as commits name it.
  let owner: CommitMessage.Owner?

  /// Whether it is the Work's for certain.
  func isKnown(of work: Work) -> Bool {
    owner == CommitMessage.Owner(of: work) || (owner == nil && hasDerivedName)
  }

  /// Whether a Work of which nothing else is known takes the name when it is written.
  ///
  /// To leave it would be to leave what may be of the Work's last output.
  func isTaken(by work: Work, _ promises: [PromisePipelines]) throws(LandingError) -> Bool {
    guard owner == nil else { return false }
    let name = "\(work.namespace)-\(placement.workName ?? "")"
    let isPlain = promises.owners(ofQualifiedWork: name).allSatisfy { $0 == work.resource }
    guard listsItsFiles, isPlain, !work.hasCutBaseName else { throw unknown(work, "written") }
    return true
  }

  /// Whether it goes with a Work that is removed.
  func goes(with work: Work) throws(LandingError) -> Bool {
    if isKnown(of: work) { return true }
    guard let owner else { throw unknown(work, "removed") }
    return owner == CommitMessage.Owner(of: work)
  }

  /// Refuses a name that was given for a Work when a commit says that it is another's.
  func refuse(asAnothersThan work: Work) throws(LandingError) {
    guard let owner, owner != CommitMessage.Owner(of: work) else { return }
    throw LandingError(
      .pathConflict,
      """
      \(stateFile) is of \(owner), as its commit says, and not of \(CommitMessage.Owner(of: work)); nothing \
      was changed: give the --work-name of the one that is meant, or none
      """)
  }

  private func unknown(_ work: Work, _ change: String) -> LandingError {
    .unknownOwner(
      of: stateFile, named: placement.workName ?? "", maybe: work, change,
      otherwise: "with --work-name \(work.derivedName)")
  }
}

extension Elsewhere {
  fileprivate func candidates(for work: Work) -> [NameCandidate] {
    candidates.filter { $0.placement.work == work.identity }
  }
}

extension [StatePath: Commit] {
  /// The owner that the last commits of a state file name, or those of what it lists.
  ///
  /// A landing that changes what is listed and not the list leaves the state file as it was.
  func owner(of stateFile: StatePath, listing listed: [StatePath]) -> CommitMessage.Owner? {
    ([stateFile] + listed).lazy.compactMap { self[$0]?.message }
      .compactMap { CommitMessage(reading: $0).owner }.first
  }
}

extension LandingError {
  /// A state file that may be a Work's, where no commit names its owner.
  ///
  /// - Parameters:
  ///   - change: What was not done.
  ///   - otherwise: What to give when it is not the Work's.
  static func unknownOwner(
    of stateFile: String, named name: String, maybe work: Work, _ change: String,
    otherwise: String
  ) -> LandingError {
    LandingError(
      .pathConflict,
      """
      \(stateFile) may be of \(CommitMessage.Owner(of: work)), and the commits that wrote it do not say so, \
      for Kratix or a person made them; nothing was \(change): if it is, say so with \
      --work-name \(name), or give the Work itself with --work; if it is not, say so \(otherwise)
      """)
  }
}
