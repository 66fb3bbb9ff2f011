internal import Git
internal import Kratix
internal import Landing

/// Whether the workloads of a placement stand in the file that it shares with others.
///
/// An agent applies the shared file, so it is what counts; where state files stand, they say which
/// contents in it are whose.
struct AggregateCheck {
  let placement: ExpectedPlacement
  let path: StatePath
  let workloads: [Workload]
  let standing: [TreePath: TreeEntry]
  let share: StateFileListing.Share

  func hasLanded(in snapshot: Snapshot) throws -> Bool {
    try workloads.isEmpty || workloads.contains { try isThere($0, in: snapshot) }
  }

  func findings(in snapshot: Snapshot) throws -> [Finding] {
    guard !workloads.isEmpty else { return leftOver }
    let missing = try workloads.filter { try !isThere($0, in: snapshot) }
    let remedy = "land the output again with \"statestore write\""
    if missing.count == workloads.count {
      let count = missing.count
      return [
        Finding(
          rule: .notLanded, file: path.description,
          expected: count == 1 ? "the content of 1 file" : "the contents of \(count) files",
          actual: "none of them", remedy: remedy)
      ]
    }
    return missing.map { workload in
      Finding(
        rule: .missingFile, file: path.description,
        expected: "the content of \(workload.filepath)", actual: "nothing of it, or not as it is",
        remedy: remedy)
    }
  }

  /// What must be gone and has a state file is not gone.
  private var leftOver: [Finding] {
    guard standing[TreePath(placement.directory)] != nil else { return [] }
    return [
      Finding(
        rule: .orphanFile, file: placement.directory.description,
        expected: "nothing at this path",
        actual: "the state file of a placement that must be gone",
        remedy: "remove it with \"statestore remove\"")
    ]
  }

  private func isThere(_ workload: Workload, in snapshot: Snapshot) throws -> Bool {
    if case .own(let contents) = share, !contents.contains(workload.content) { return false }
    guard let entry = standing[TreePath(path)], entry.mode.isFile,
      let bytes = try snapshot.blobs([entry.id])[entry.id]
    else { return false }
    let state = PlacementState(workload)
    return AggregateFile(path: path, blob: entry.id, bytes: bytes).parts(of: [state]).parts[0]
      != nil
  }
}
