package import Git

/// What a landing would change, without landing it.
package struct Preview: Sendable {
  /// One file.
  package struct File: Sendable, Hashable {
    /// Its path from the top of the repository.
    package let path: String
    /// Its bytes now; `nil` when it is not there.
    package let old: [UInt8]?
    /// Its bytes afterwards; `nil` when it would go.
    package let new: [UInt8]?
  }

  /// Where it would land.
  package let stateStore: StateStoreDescription
  /// The commit that it was held against; `nil` for a branch without commits.
  package let base: ObjectID?
  /// The files that would change.
  package let files: [File]
}

extension StateStore {
  /// Runs changes on the branch as it is, and tells what they would do to it.
  ///
  /// - Throws: `LandingError`.
  package func preview(
    options: LandingOptions, _ changes: @Sendable (Snapshot) throws -> [Change]
  ) async throws -> Preview {
    let base = try await tip(deadline: options.deadline)
    guard base != nil || options.createsBranch else { throw branchMissing() }
    let authorship = Plan.Authorship(
      name: options.authorName, email: options.authorEmail, date: surroundings.date())
    let files = try await withObjects(from: base, deadline: options.deadline) { reader in
      let reader = Draft(over: reader)
      let plan = try Plan(
        changes(Snapshot(of: base, reading: reader)), on: base, by: authorship, to: reader)
      let old = try Snapshot(of: plan.base, reading: reader)
      let new = try Snapshot(of: plan.tip, reading: reader)
      let differences = try reader.differences(from: old.tree, to: new.tree)
      let blobs = try old.blobs(differences.flatMap { [$0.old?.id, $0.new?.id] }.compactMap { $0 })
      return differences.map { difference in
        Preview.File(
          path: difference.path, old: difference.old.flatMap { blobs[$0.id] },
          new: difference.new.flatMap { blobs[$0.id] })
      }
    }
    return Preview(stateStore: description, base: base, files: files)
  }
}
