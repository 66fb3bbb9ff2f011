internal import Git
internal import Landing
internal import Manifests

/// Whether placements stand byte for byte: by blob ids, so that what is equal is never read.
struct FileCheck {
  let snapshot: Snapshot

  func drafts(for placements: [ExpectedPlacement]) throws -> [ResourceReport.Draft] {
    let standing = try snapshot.files(below: Set(placements.map(\.directory)))
    let modified = placements.flatMap { placement in
      placement.files.compactMap { file -> ObjectID? in
        guard file.content != nil, let entry = standing[placement.directory]?[file.path],
          entry.mode.isFile, entry.id != file.blob
        else { return nil }
        return entry.id
      }
    }
    let blobs = try snapshot.blobs(Set(modified))
    var drafts: [ResourceReport.Draft] = []
    var indexes: [[String]: Int] = [:]
    for placement in placements {
      let identity = [placement.promise, placement.namespace, placement.name]
      let index = indexes[identity] ?? drafts.count
      if index == drafts.count {
        indexes[identity] = index
        drafts.append(
          ResourceReport.Draft(
            promise: placement.promise, namespace: placement.namespace, name: placement.name))
      }
      let found = standing[placement.directory] ?? [:]
      let comparison = FileComparison(placement: placement, standing: found, blobs: blobs)
      drafts[index].placements.append(
        ResourceReport.Placement(
          destination: placement.destination, path: placement.directory.description))
      drafts[index].findings += comparison.findings
      // What must be gone has landed when it is gone.
      if !comparison.isAbsent { drafts[index].hasLanded = true }
    }
    return drafts
  }
}

/// One placement beside what stands in its directory.
private struct FileComparison {
  let placement: ExpectedPlacement
  let standing: [String: TreeEntry]
  let blobs: [ObjectID: [UInt8]]

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
      return difference.finding(remedy: remedy)
    }
    return Finding(
      rule: .modifiedFile, file: file.path, expected: "blob \(file.blob.abbreviated)",
      actual: "blob \(entry.id.abbreviated)", cause: "the bytes differ", remedy: remedy)
  }
}
