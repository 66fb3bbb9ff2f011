internal import Git
internal import Kratix
internal import Landing

/// Checks that the workloads of a placement are in the aggregated file.
///
/// An agent applies the aggregated file, so that file counts; state files, if there are any, say which
/// contents of it belong to which placement.
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
    if missing.count == workloads.count {
      return [NotLanded.finding(contents: missing.count, of: path)]
    }
    return missing.map { MissingFile.finding(contentOf: $0, in: path) }
  }

  /// A placement that must be removed still has its state file.
  private var leftOver: [Finding] {
    standing[TreePath(placement.directory)] == nil
      ? [] : [OrphanFile.finding(stateFileOf: placement)]
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
