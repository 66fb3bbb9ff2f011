internal import Git
internal import Kratix
package import Landing
internal import Manifests

extension Report {
  /// The same report, with what no longer stands as it was landed: the trailer `Statestore-Content`
  /// of a placement's last commit says what stood then.
  ///
  /// - Throws: `LandingError`.
  package func withContent(
    from stateStore: StateStore, settings: RuleSettings, deadline: ContinuousClock.Instant
  ) async throws -> Report {
    guard settings[.modifiedFile] != .off, let tip = commit?.id,
      resources.contains(where: { !$0.placements.isEmpty })
    else { return self }
    let line = try await stateStore.commitLine(
      from: tip, atMost: StateStore.mostCommitsAlone, deadline: deadline)
    let landings = Landings(line)
    guard !landings.isEmpty else { return self }
    let placements = resources.flatMap(\.placements).compactMap { placement in
      landings.last(of: placement).map { (placement: placement, landing: $0) }
    }
    guard !placements.isEmpty else { return self }
    let standing = try await stateStore.read(tip, deadline: deadline) { snapshot in
      try snapshot.digests(of: placements.map(\.placement))
    }
    var report = self
    report.add(
      placements.compactMap { placement, landing in
        guard standing[placement.path] != landing.content else { return nil }
        return (
          placement.path,
          ModifiedFile.finding(
            placementAt: placement.path, since: landing.commit, content: landing.content,
            isRemoval: landing.isRemoval)
        )
      }, settings: settings)
    return report
  }
}

/// The commits that last landed placements, newest first wins.
private struct Landings {
  struct Landing {
    let commit: History.Element
    let content: String
    let isRemoval: Bool
  }

  private static let nothing = LandedCommit.digest(of: [])
  /// By the placement's directory below its Destination's, or the name of its state file; `nil`
  /// where the last commit does not say what it landed.
  private var landings: [String: Landing?] = [:]
  /// Works that Kratix wrote since: its commits do not say for which namespace.
  private var written: Set<String> = []

  init(_ line: CommitLine) {
    for element in line.commits {
      guard let commit = LandedCommit(element.commit) else { continue }
      let base = commit.base
      guard let content = commit.content, commit.destination != nil else {
        written.insert(base)
        continue
      }
      let landing =
        written.contains(base)
        ? nil
        : Landing(commit: element, content: content, isRemoval: content == Self.nothing)
      for key in commit.keys where landings[key] == nil { landings[key] = .some(landing) }
    }
  }

  /// Whether nothing was landed whose commit says what.
  var isEmpty: Bool { landings.values.allSatisfy { $0 == nil } }

  func last(of placement: ResourceReport.Placement) -> Landing? {
    // A placement in a file that all share is not known by that file's digest.
    guard !placement.path.ends(with: ".placement") else { return nil }
    for key in placement.keys { if let found = landings[key] { return found } }
    return nil
  }
}

extension LandedCommit {
  /// The placement without the digits of its Work, which Kratix draws by chance.
  ///
  /// Where names hold dots nobody can tell where the Work's ends: all that could be its digits go.
  fileprivate var base: String {
    var parts = placement.parts(separatedBy: ".", omittingEmptySubsequences: false).map(String.init)
    for index in parts.indices.dropLast() where parts[index].hasDigitsAtEnd {
      parts[index] = String(parts[index].dropLast(5))
    }
    return parts.joined(separator: ".")
  }

  /// What it may be known by among standing placements.
  fileprivate var keys: [String] {
    guard let destination, let promise else { return [] }
    let namespace = resource.flatMap { $0.parts(separatedBy: "/").first.map(String.init) }
    let name = resource.map { $0.parts(separatedBy: "/", maxSplits: 1).dropFirst().joined() } ?? ""
    let directory =
      resource == nil
      ? ["dependencies", promise, pipeline]
      : ["resources", namespace, promise, name, pipeline]
    let path = (directory.compactMap(\.self) + [shortID]).joined(separator: "/")
    let stateFile = "\(namespace ?? Work.platformNamespace)-\(placement).yaml"
    return ["\(destination) \(path)", "\(destination) \(stateFile)"]
  }
}

extension ResourceReport.Placement {
  fileprivate var keys: [String] {
    // A Destination's own path may hold any name.
    (files == nil ? [6, 4, 3] : [1]).compactMap { count in
      path.lastNames(count).map { "\(destination) \($0)" }
    }
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
      digests[tree.directory] = LandedCommit.digest(
        of: files.lazy.map { ("\(tree.directory)/\($0.path)", $0.entry.id) })
    }
    let listed = placements.filter { $0.files != nil }
    let entries = try entries(
      at: Set(listed.flatMap(\.paths).compactMap(StatePath.init(checking:))))
    for placement in listed {
      let files = placement.paths.compactMap { path in
        StatePath(checking: path).flatMap { entries[$0] }.map { (path: path, blob: $0.id) }
      }
      digests[placement.path] = LandedCommit.digest(of: files)
    }
    return digests
  }
}

extension String {
  /// The last names of a path; `nil` if there are fewer.
  fileprivate func lastNames(_ count: Int) -> Substring? {
    var missing = count
    for index in utf8.indices.reversed() where utf8[index] == UInt8(ascii: "/") {
      missing -= 1
      if missing == 0 { return self[utf8.index(after: index)...] }
    }
    return missing == 1 ? self[...] : nil
  }

  /// Whether it ends in a dash and five hexadecimal digits.
  fileprivate var hasDigitsAtEnd: Bool {
    let digits = utf8.suffix(5)
    return utf8.count > 6 && dropLast(5).last == "-"
      && digits.allSatisfy { byte in
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
      }
  }
}
