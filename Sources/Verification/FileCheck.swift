internal import Git
internal import Kratix
internal import Landing
internal import Manifests

/// Whether placements stand byte for byte: by blob ids, so that what is equal is never read.
struct FileCheck {
  let snapshot: Snapshot
  /// Whether manifests that say the same in other words are the same.
  var ignoresText = false

  func drafts(for placements: [ExpectedPlacement]) throws -> [ResourceReport.Draft] {
    let standing = try standing(of: placements)
    let modified = zip(placements, standing).flatMap { placement, standing in
      placement.files.compactMap { file -> ObjectID? in
        guard file.content != nil, let entry = standing[file.path], entry.mode.isFile,
          entry.id != file.blob
        else { return nil }
        return entry.id
      }
    }
    let blobs = try snapshot.blobs(Set(modified))
    var drafts: [ResourceReport.Draft] = []
    var indexes: [[String]: Int] = [:]
    for (placement, found) in zip(placements, standing) {
      let identity = [placement.promise, placement.namespace, placement.name]
      let index = indexes[identity] ?? drafts.count
      if index == drafts.count {
        indexes[identity] = index
        drafts.append(
          ResourceReport.Draft(
            promise: placement.promise, namespace: placement.namespace, name: placement.name))
      }
      drafts[index].placements.append(placement.reported)
      if case .file(let path, let workloads) = placement.sharing {
        let check = AggregateCheck(
          placement: placement, path: path, workloads: workloads, standing: found)
        drafts[index].findings += try check.findings(in: snapshot)
        if try check.hasLanded(in: snapshot) { drafts[index].hasLanded = true }
        continue
      }
      let comparison = FileComparison(
        placement: placement, standing: found, blobs: blobs, ignoresText: ignoresText)
      drafts[index].findings += comparison.findings
      // What must be gone has landed when it is gone.
      if !comparison.isAbsent { drafts[index].hasLanded = true }
    }
    return drafts
  }

  /// What stands of each placement, and what is left there of earlier ones.
  private func standing(of placements: [ExpectedPlacement]) throws -> [[String: TreeEntry]] {
    let own = placements.filter { $0.sharing == nil }
    let shared = placements.filter { $0.sharing != nil }
    let directories = try snapshot.files(below: Set(own.map(\.directory)))
    let listed = try listed(by: shared)
    var paths = Set(listed.values.joined())
    for placement in shared {
      paths.insert(placement.directory)
      for file in placement.files { paths.insert(try StatePath(file.path)) }
      if case .file(let path, _) = placement.sharing { paths.insert(path) }
    }
    let entries = try snapshot.entries(at: paths).filter { !$0.value.mode.isDirectory }
    return placements.map { placement in
      guard placement.sharing != nil else { return directories[placement.directory] ?? [:] }
      let own =
        [placement.directory] + (listed[placement.directory] ?? [])
        + placement.files.compactMap { StatePath(checking: $0.path) }
      var found: [String: TreeEntry] = [:]
      for path in own { found[path.description] = entries[path] }
      if case .file(let path, _) = placement.sharing { found[path.description] = entries[path] }
      return found
    }
  }

  /// What the state files of placements list, where they stand.
  private func listed(
    by placements: [ExpectedPlacement]
  ) throws -> [StatePath: [StatePath]] {
    let files = placements.filter { $0.sharing == .directory }.map(\.directory)
    let entries = try snapshot.entries(at: files).filter(\.value.mode.isFile)
    let blobs = try snapshot.blobs(Set(entries.values.map(\.id)))
    var listed: [StatePath: [StatePath]] = [:]
    for (path, entry) in entries {
      // One that cannot be read differs from the expected one, and is a finding as such.
      let names = (try? StateFile.entries(in: blobs[entry.id] ?? [], file: path.description)) ?? []
      listed[path] = names.compactMap { StatePath(checking: $0) }
    }
    return listed
  }
}

/// One placement beside what stands in its directory.
private struct FileComparison {
  let placement: ExpectedPlacement
  let standing: [String: TreeEntry]
  let blobs: [ObjectID: [UInt8]]
  let ignoresText: Bool

  /// Whether something is expected and none of it is there.
  var isAbsent: Bool {
    !placement.files.isEmpty && !placement.files.contains { standing[$0.path] != nil }
  }

  var findings: [Finding] {
    let orphans = standing.keys.filter { path in !placement.files.contains { $0.path == path } }
    return (isAbsent ? [notLanded] : placement.files.compactMap(finding)) + orphans.map(orphan)
  }

  private var notLanded: Finding {
    let count = placement.files.count
    return Finding(
      rule: .notLanded, file: placement.directory.description,
      expected: count == 1 ? "1 file" : "\(count) files", actual: "none of them",
      remedy: "land it with \"statestore write\"")
  }

  private func orphan(_ path: String) -> Finding {
    Finding(
      rule: .orphanFile, file: path, expected: "nothing at this path",
      actual: "a file in the directory of \(placement.destination)'s placement",
      remedy: "land the output again: a write replaces the whole directory")
  }

  private func finding(for file: ExpectedPlacement.File) -> Finding? {
    let remedy = "land the output again with \"statestore write\""
    guard let entry = standing[file.path] else {
      return Finding(
        rule: .missingFile, file: file.path, expected: "blob \(file.blob.abbreviated)",
        actual: "nothing", remedy: remedy)
    }
    guard entry.mode.isFile else {
      return Finding(
        rule: .modifiedFile, file: file.path, expected: "a file", actual: "a link", remedy: remedy)
    }
    guard entry.id != file.blob else { return nil }
    if let content = file.content, let actual = blobs[entry.id],
      let difference = FileDifference(expected: content, actual: actual, path: file.path)
    {
      return ignoresText && difference.isOfText ? nil : difference.finding(remedy: remedy)
    }
    return Finding(
      rule: .modifiedFile, file: file.path, expected: "blob \(file.blob.abbreviated)",
      actual: "blob \(entry.id.abbreviated)", cause: "the bytes differ", remedy: remedy)
  }
}
