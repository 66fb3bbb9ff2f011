internal import Git
internal import Landing

/// A placement that has landed and must stand as it was read back.
struct StandingExpectation: Sendable, Hashable {
  let key: WorkKey
  let revision: Int64
  let path: String
  let destination: String
  /// The directory's tree.
  let tree: String
}

/// Holds what has landed against a snapshot, by the ids of trees alone: nothing is parsed.
struct DriftCheck {
  /// What is not as it was.
  struct Deviation: Sendable, Hashable {
    let expectation: StandingExpectation
    /// `wrong` or `missing`.
    let verdict: StoreResult.Verdict
  }

  let expectations: [StandingExpectation]

  /// What stands otherwise than it should.
  ///
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first.
  func deviations(in snapshot: Snapshot) throws -> [Deviation] {
    var paths: [String: StatePath] = [:]
    for expectation in expectations { paths[expectation.path] = try StatePath(expectation.path) }
    let entries = try snapshot.entries(at: Set(paths.values))
    return expectations.compactMap { expectation in
      guard let path = paths[expectation.path] else { return nil }
      guard let entry = entries[path] else {
        return Deviation(expectation: expectation, verdict: .missing)
      }
      return entry.id.hexadecimal == expectation.tree
        ? nil : Deviation(expectation: expectation, verdict: .wrong)
    }
  }
}
