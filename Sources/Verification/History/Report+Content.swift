internal import Git
internal import Kratix
internal import Landing
internal import Manifests

extension Verifier {
  /// A report with what no longer stands as it was landed: the trailer `Statestore-Content` of a
  /// placement's last commit says what stood then.
  ///
  /// - Throws: `LandingError`.
  func withContent(
    _ report: Report, from stateStore: StateStore, deadline: ContinuousClock.Instant
  ) async throws -> Report {
    guard settings[.modifiedFile] != .off, let tip = report.commit?.id,
      report.resources.contains(where: { !$0.placements.isEmpty })
    else { return report }
    let log = try await stateStore.history.log(
      from: tip, atMost: HistoryReader.mostCommitsAlone, deadline: deadline)
    let landings = Landings(log)
    guard !landings.isEmpty else { return report }
    let placements = report.resources.flatMap(\.placements).compactMap { placement in
      key(of: placement).flatMap { landings.last(of: $0) }
        .map { (placement: placement, landing: $0) }
    }
    guard !placements.isEmpty else { return report }
    let standing = try await stateStore.read(tip, deadline: deadline) { snapshot in
      try snapshot.digests(of: placements.map(\.placement))
    }
    let different = placements.filter { standing[$0.placement.path] != $0.landing.content }
    // Of two branches that were merged the older one may be what stands.
    let changes = try await stateStore.history.lastChanges(
      of: different.compactMap { StatePath(checking: $0.placement.path) }, from: tip,
      deadline: deadline)
    var report = report
    report.add(
      different.compactMap { placement, landing in
        let change = StatePath(checking: placement.path).flatMap { changes[$0] }
        guard change?.hasLanded(standing[placement.path]) != true else { return nil }
        return (
          placement.path,
          ModifiedFile.finding(
            placementAt: placement.path, since: landing.commit, content: landing.content,
            isRemoval: landing.isRemoval)
        )
      }, settings: settings)
    return report
  }

  /// What a placement is known by among those that commits name.
  private func key(of placement: ResourceReport.Placement) -> Landings.Key? {
    // A placement in a file that all share is not known by that file's digest.
    guard !placement.path.ends(with: ".placement") else { return nil }
    guard placement.files == nil else {
      return placement.path.parts(separatedBy: "/").last.map {
        Landings.Key(destination: placement.destination, place: .stateFile(String($0)))
      }
    }
    return platform.placement(at: placement.path, of: placement.destination).map {
      Landings.Key(destination: placement.destination, place: .directory($0))
    }
  }
}

/// The commits that last landed placements, newest first wins.
private struct Landings {
  struct Landing {
    let commit: LogEntry
    let content: String
    let isRemoval: Bool
  }

  /// A placement as a commit's trailers and subject name it.
  struct Key: Hashable {
    enum Place: Hashable {
      case directory(PlacementID)
      case stateFile(String)
    }

    let destination: String
    let place: Place
  }

  private static let nothing = CommitMessage.digest(of: [(path: String, blob: ObjectID)]())
  /// `nil` where the last commit does not say what it landed.
  private var landings: [Key: Landing?] = [:]
  /// Works that Kratix wrote since: its commits do not say for which namespace.
  private var written: Set<String> = []

  init(_ log: CommitLog) {
    for element in log.commits {
      let message = CommitMessage(reading: element.commit.message)
      guard let placement = message.placement else { continue }
      let base = Self.base(of: placement)
      guard let content = message.content, message.destination != nil else {
        written.insert(base)
        continue
      }
      let landing =
        written.contains(base)
        ? nil
        : Landing(commit: element, content: content, isRemoval: content == Self.nothing)
      for key in message.keys where landings[key] == nil { landings[key] = .some(landing) }
    }
  }

  /// Whether nothing was landed whose commit says what.
  var isEmpty: Bool { landings.values.allSatisfy { $0 == nil } }

  func last(of key: Key) -> Landing? { landings[key].flatMap(\.self) }
}

extension Landings {
  /// The placement without the digits of its Work, which Kratix draws at random.
  ///
  /// Where names hold dots it cannot be told where the Work's ends: all that could be its digits go.
  private static func base(of placement: String) -> String {
    var parts = placement.parts(separatedBy: ".", omittingEmptySubsequences: false).map(String.init)
    for index in parts.indices.dropLast() where parts[index].hasDigitsAtEnd {
      parts[index] = String(parts[index].dropLast(5))
    }
    return parts.joined(separator: ".")
  }
}

extension CommitMessage {
  /// What it may be known by among standing placements.
  fileprivate var keys: [Landings.Key] {
    guard let placement, let destination, let owner else { return [] }
    let id = PlacementID(
      resource: owner.resource, pipeline: owner.pipeline, group: String(placement.suffix(5)))
    let stateFile = "\(owner.resource.workNamespace)-\(placement).yaml"
    return [
      Landings.Key(destination: destination, place: .directory(id)),
      Landings.Key(destination: destination, place: .stateFile(stateFile)),
    ]
  }
}

extension Snapshot {
  /// What `Statestore-Content` would say of placements as they stand.
  fileprivate func digests(
    of placements: [ResourceReport.Placement]
  ) throws -> [String: String] {
    let paths = placements.filter { $0.files == nil }.compactMap { StatePath(checking: $0.path) }
    var digests: [String: String] = [:]
    let trees = try entries(at: Set(paths)).filter(\.value.mode.isDirectory)
      .map { (directory: $0.key.description, id: $0.value.id) }
    let found = try files(below: trees.map(\.id), atMost: LargeResource.mostFiles)
    for (tree, found) in zip(trees, found) {
      // Large ones one after another: the list alone takes its space.
      let files = try found ?? files(below: [tree.id]).flatMap(\.self)
      digests[tree.directory] = CommitMessage.digest(
        of: files.lazy.map { (path: "\(tree.directory)/\($0.path)", blob: $0.entry.id) })
    }
    let listed = placements.filter { $0.files != nil }
    let entries = try entries(
      at: Set(listed.flatMap(\.paths).compactMap(StatePath.init(checking:))))
    for placement in listed {
      let files = placement.paths.compactMap { path in
        StatePath(checking: path).flatMap { entries[$0] }.map { (path: path, blob: $0.id) }
      }
      digests[placement.path] = CommitMessage.digest(of: files)
    }
    return digests
  }
}

extension LogEntry {
  /// Whether it wrote a placement, and does not say that it left other content.
  fileprivate func hasLanded(_ content: String?) -> Bool {
    let message = CommitMessage(reading: commit.message)
    return message.placement != nil && (message.content == nil || message.content == content)
  }
}

extension String {
  /// Whether it ends in a dash and five hexadecimal digits.
  fileprivate var hasDigitsAtEnd: Bool {
    utf8.count > 6 && dropLast(5).last == "-" && WorkloadGroup.isShortID(String(suffix(5)))
  }
}
