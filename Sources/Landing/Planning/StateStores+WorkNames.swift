internal import Git
internal import Kratix

extension StateStores {
  /// The same with its Works under the names by which state files know them, where nobody has named
  /// them.
  ///
  /// Kratix draws five digits, and the file tells what a Work is for only by its base, which another
  /// request may have too. So a name is taken where the commits that last wrote the file, or what it
  /// lists, say whose it is; where they do not, it is taken for a write of what the file lists.
  ///
  /// - Throws: `LandingError` with `path-conflict` where several may be meant, where it is not
  ///   known whose it is that would be removed or left, and where a name that was given is
  ///   another's.
  func named(
    _ intent: LandingRequest.Intent, _ steering: LandingRequest.Steering, by stores: [String],
    _ options: LandingOptions
  ) async throws -> LandingRequest.Intent {
    let works = intent.works.filter { $0.hasDerivedName || steering.namesAreGiven }
    guard !works.isEmpty else { return intent }
    var candidates: [Candidate] = []
    for name in stores {
      candidates += try await self.candidates(
        for: works, namesAreGiven: steering.namesAreGiven, in: name, options)
    }
    let named = try intent.works.flatMap { work in
      let found = candidates.filter { $0.work == work.identity }
      if steering.namesAreGiven {
        for candidate in found { try candidate.refuse(asAnothersThan: work) }
        return [work]
      }
      guard intent.removes(work) else {
        let known = found.filter { $0.isKnown(of: work) }
        let own = try known.isEmpty ? found.filter { try $0.isTaken(by: work, platform) } : known
        return [try landing { () throws(KratixError) in try work.named(by: own.map(\.standing)) }]
      }
      let own = try found.filter { try $0.goes(with: work) }.compactMap(\.standing.workName)
      return [work] + Set(own).subtracting([work.name]).sorted().map(work.named)
    }
    guard intent.isRemoval else { return .write(named) }
    return .remove(
      named.enumerated().filter { !named.prefix($0.offset).contains($0.element) }.map(\.element))
  }

  private func candidates(
    for works: [Work], namesAreGiven: Bool, in name: String, _ options: LandingOptions
  ) async throws -> [Candidate] {
    let (store, description) = try store(name)
    let shared = platform.destinations(in: description)
      .filter { $0.filepathMode != .nestedByMetadata }
    guard !shared.isEmpty, let tip = try await store.tip(deadline: options.deadline) else {
      return []
    }
    var candidates = try await store.read(tip, deadline: options.deadline) { snapshot in
      try works.flatMap { work in
        try snapshot.possiblyStanding(of: work, at: shared, in: description, cut: true)
          .filter { $0.workName == work.name || !namesAreGiven }
          .map { try Candidate($0, of: work, in: description, snapshot) }
      }
    }
    // A name that nobody but this program gives needs no commit's word.
    let doubtful = candidates.filter { namesAreGiven || !$0.hasDerivedName }
    let owners = try await store.owners(
      of: doubtful.map { ($0.stateFile, $0.listed) }, from: tip, options)
    for index in candidates.indices {
      candidates[index].owner = owners[candidates[index].stateFile]
    }
    return candidates
  }
}

/// A placement whose state file may be a Work's.
private struct Candidate: Sendable {
  let work: String
  let standing: StandingPlacement
  let stateFile: StatePath
  /// What the state file lists.
  let listed: [StatePath]
  /// Whether that is a file that the Work would write.
  let listsItsFiles: Bool
  /// Whether it is known by the name that the Work has as long as nobody names it.
  let hasDerivedName: Bool
  /// Whose it is, as far as commits say it.
  var owner: WorkTrailers?

  init(
    _ standing: StandingPlacement, of work: Work, in store: GitStateStore, _ snapshot: Snapshot
  ) throws {
    self.work = work.identity
    self.standing = standing
    hasDerivedName = standing.workName == work.derivedName
    let name = StateFileName(
      namespace: work.namespace, work: standing.workName ?? work.name, shortID: standing.shortID,
      at: standing.destination)
    let files = try StateFiles(of: standing.destination, in: store, snapshot)
    stateFile = try files.path(of: name)
    guard standing.destination.filepathMode == .none else {
      (listed, listsItsFiles) = ([], false)
      return
    }
    let listed = Array(try files.listed(in: [name]).values.joined())
    self.listed = listed
    guard let group = work.workloadGroups.first(where: { $0.shortID == standing.shortID }) else {
      listsItsFiles = false
      return
    }
    let placement = Placement(work: work, group: group, destination: standing.destination)
    let layout = try landing { () throws(KratixError) in try placement.layout(in: store) }
    listsItsFiles = !Set(listed.map(\.description)).isDisjoint(with: layout.files.map(\.path))
  }

  /// Whether it is the Work's for certain.
  func isKnown(of work: Work) -> Bool {
    owner == WorkTrailers(of: work) || (owner == nil && hasDerivedName)
  }

  /// Whether a Work of which nothing else is known takes the name when it is written.
  ///
  /// To leave it would be to leave what may be of the Work's last output.
  func isTaken(by work: Work, _ platform: Platform) throws(LandingError) -> Bool {
    guard owner == nil else { return false }
    let name = "\(work.namespace)-\(standing.workName ?? "")"
    let isPlain = platform.owners(ofQualifiedWork: name).allSatisfy { $0 == WorkOwner(of: work) }
    guard listsItsFiles, isPlain, !work.hasCutBaseName else { throw unknown(work, "written") }
    return true
  }

  /// Whether it goes with a Work that is removed.
  func goes(with work: Work) throws(LandingError) -> Bool {
    if isKnown(of: work) { return true }
    guard let owner else { throw unknown(work, "removed") }
    return owner == WorkTrailers(of: work)
  }

  /// Refuses a name that was given for a Work and is another's, as a commit says.
  func refuse(asAnothersThan work: Work) throws(LandingError) {
    guard let owner, owner != WorkTrailers(of: work) else { return }
    throw LandingError(
      .pathConflict,
      """
      \(stateFile) is of \(owner), as its commit says, and not of \(WorkTrailers(of: work)); nothing \
      was changed: give the --work-name of the one that is meant, or none
      """)
  }

  private func unknown(_ work: Work, _ change: String) -> LandingError {
    .unknownOwner(
      of: stateFile, named: standing.workName ?? "", maybe: work, change,
      otherwise: "with --work-name \(work.derivedName)")
  }
}

extension StateStore {
  /// Whose state files are, as the commits say that last changed them, or what they list.
  ///
  /// A landing that changes what is listed and not the list leaves the state file as it was.
  func owners(
    of files: [(stateFile: StatePath, listed: [StatePath])], from tip: ObjectID,
    _ options: LandingOptions
  ) async throws -> [StatePath: WorkTrailers] {
    guard !files.isEmpty else { return [:] }
    let changes = try await lastChanges(
      of: Array(Set(files.flatMap { [$0.stateFile] + $0.listed })), from: tip,
      deadline: options.deadline)
    var owners: [StatePath: WorkTrailers] = [:]
    for file in files {
      owners[file.stateFile] =
        ([file.stateFile] + file.listed).lazy
        .compactMap { changes[$0]?.commit.message }.compactMap(WorkTrailers.init).first
    }
    return owners
  }
}

extension LandingError {
  /// A state file that may be a Work's, where no commit says whose it is.
  ///
  /// - Parameters:
  ///   - change: What was not done.
  ///   - otherwise: What to give when it is not the Work's.
  static func unknownOwner(
    of stateFile: StatePath, named name: String, maybe work: Work, _ change: String,
    otherwise: String
  ) -> LandingError {
    LandingError(
      .pathConflict,
      """
      \(stateFile) may be of \(WorkTrailers(of: work)), and the commits that wrote it do not say so, \
      for Kratix or a person made them; nothing was \(change): if it is, say so with \
      --work-name \(name), or give the Work itself with --work; if it is not, say so \(otherwise)
      """)
  }
}
