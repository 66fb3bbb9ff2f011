internal import Git
internal import Kratix
internal import Landing
internal import Manifests

/// Compares placements with a snapshot byte for byte, by blob ids, so that equal files are never read.
///
/// In a shared directory a file belongs to the placement whose state file lists it. No other file is
/// read or shown: it may belong to another tenant.
struct FileCheck {
  let snapshot: Snapshot
  let listing: StateFileListing
  /// Whether manifests that hold the same values in other text count as equal.
  var ignoresText = false
  /// Whether files are left out whose documents have an unknown owner.
  var showsOnlyOwn = false

  func drafts(for placements: [ExpectedPlacement]) throws -> [ReportBuilder] {
    let standing = try standing(of: placements)
    let modified = zip(placements, standing).flatMap { placement, standing in
      placement.files.compactMap { file -> ObjectID? in
        guard file.content != nil, let entry = standing.own[TreePath(file.path)],
          entry.mode.isFile,
          entry.id != file.blob
        else { return nil }
        return entry.id
      }
    }
    let contents = try snapshot.contents(of: modified, atMost: Limits.default.bytes)
    var drafts: [ReportBuilder] = []
    var indexes: [Subject: Int] = [:]
    for (placement, found) in zip(placements, standing) {
      let index = indexes[placement.subject] ?? drafts.count
      if index == drafts.count {
        indexes[placement.subject] = index
        drafts.append(ReportBuilder(subject: placement.subject))
      }
      var reported = placement.reported
      reported.files?.removeAll { found.foreign.contains($0) }
      drafts[index].placements.append(reported)
      if case .file(let path, let workloads) = placement.sharing {
        try check(placement, in: path, workloads, found.own, &drafts[index])
        continue
      }
      let comparison = FileComparison(
        placement: placement, standing: found, contents: contents, ignoresText: ignoresText)
      drafts[index].findings += comparison.findings
      // A placement that must be removed has landed once it is gone.
      if !comparison.isAbsent { drafts[index].hasLanded = true }
    }
    return drafts
  }

  private func check(
    _ placement: ExpectedPlacement, in path: StatePath, _ workloads: [Workload],
    _ standing: [TreePath: TreeEntry], _ draft: inout ReportBuilder
  ) throws {
    let share = try listing.share(of: placement)
    if showsOnlyOwn, !workloads.isEmpty, case .unknown = share {
      draft.isUndecided = true
      draft.notes.append(
        "nothing tells which documents of \(path) are whose: it has no state files")
      return
    }
    let check = AggregateCheck(
      placement: placement, path: path, workloads: workloads, standing: standing, share: share)
    draft.findings += try check.findings(in: snapshot)
    if try check.hasLanded(in: snapshot) { draft.hasLanded = true }
  }

  /// The files at the paths of a placement.
  fileprivate struct Standing {
    /// Its own files, including leftovers of earlier versions.
    var own: [TreePath: TreeEntry] = [:]
    /// Paths of expected files at which there is a file of another owner, or of none.
    var foreign: [String] = []
  }

  private func standing(of placements: [ExpectedPlacement]) throws -> [Standing] {
    let alone = placements.filter { $0.sharing == nil }
    let shared = placements.filter { $0.sharing != nil }
    let directories = try snapshot.files(below: Set(alone.map(\.directory)))
    let listed = try listing.files(of: shared.filter { $0.sharing == .directory })
    var paths = Set(listed.values.joined())
    for placement in shared {
      paths.insert(placement.directory)
      for file in placement.files { paths.insert(try StatePath(file.path)) }
      if case .file(let path, _) = placement.sharing { paths.insert(path) }
    }
    let entries = try snapshot.entries(at: paths).filter { !$0.value.mode.isDirectory }
    return placements.map { placement in
      guard let sharing = placement.sharing else {
        return Standing(own: directories[placement.directory] ?? [:])
      }
      var own = [placement.directory] + (listed[placement.directory] ?? [])
      if case .file(let path, _) = sharing { own.append(path) }
      var standing = Standing()
      for path in own { standing.own[TreePath(path)] = entries[path] }
      standing.foreign = placement.files.map(\.path).filter { path in
        standing.own[TreePath(path)] == nil
          && StatePath(checking: path).flatMap { entries[$0] } != nil
      }
      return standing
    }
  }
}

/// One placement, compared with the files in its directory.
private struct FileComparison {
  let placement: ExpectedPlacement
  let standing: FileCheck.Standing
  let contents: [ObjectID: FileContent]
  let ignoresText: Bool

  /// Whether files are expected and none of them is there.
  var isAbsent: Bool {
    !placement.files.isEmpty
      && !placement.files.contains { standing.own[TreePath($0.path)] != nil }
  }

  var findings: [Finding] {
    let expected = Set(placement.files.map { TreePath($0.path) })
    let orphans = standing.own.keys.filter { !expected.contains($0) }.sorted().map(\.text)
    let foreign = Set(standing.foreign.map { TreePath($0) })
    let own = placement.files.filter { !foreign.contains(TreePath($0.path)) }
    return (isAbsent ? [NotLanded.finding(placement)] : own.compactMap(finding))
      + standing.foreign.map(ModifiedFile.finding(ofAnotherPlacementAt:))
      + orphans.map { OrphanFile.finding($0, besideFilesOf: placement) }
  }

  private func finding(for file: ExpectedPlacement.File) -> Finding? {
    guard let entry = standing.own[TreePath(file.path)] else { return MissingFile.finding(file) }
    guard entry.mode.isFile else { return ModifiedFile.finding(linkAt: file.path) }
    guard entry.id != file.blob else { return nil }
    if let content = file.content, case .bytes(let actual)? = contents[entry.id],
      let difference = FileDifference(expected: content, actual: actual, path: file.path)
    {
      return ignoresText && difference.isOfText ? nil : ModifiedFile.finding(difference)
    }
    return ModifiedFile.finding(file, actual: entry.id)
  }
}
