package import Git

/// What a landing would change, without landing it.
package struct Preview: Sendable {
  /// One file.
  package struct File: Sendable, Hashable {
    /// Its path from the top of the repository.
    package let path: String
    /// Its bytes now; `nil` when it does not exist.
    package let old: [UInt8]?
    /// Its bytes afterwards; `nil` when it would be removed.
    package let new: [UInt8]?
  }

  /// Where it would land.
  package let stateStore: StateStoreDescription
  /// The commit that it was compared with; `nil` for a branch without commits.
  package let base: ObjectID?
  /// The files that would change.
  package let files: [File]
}

/// What a request comes to on one commit.
struct Rehearsal: Sendable {
  /// Whether it concerns the state store at all.
  let hasChanges: Bool
  /// Whether the branch holds all of it already.
  let isDone: Bool
}

extension StateStore {
  /// What a request would change on a commit of the branch.
  ///
  /// - Throws: `LandingError`.
  func preview(
    _ request: LandingRequest, on base: ObjectID?, options: LandingOptions
  ) async throws -> Preview {
    let files = try await plan(request, on: base, isPreview: true, options) { plan, reader in
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

  /// What a request comes to on a commit of the branch.
  ///
  /// - Throws: `LandingError` for what would be refused.
  func rehearse(
    _ request: LandingRequest, on base: ObjectID?, isPreview: Bool, options: LandingOptions
  ) async throws -> Rehearsal {
    try await plan(request, on: base, isPreview: isPreview, options) { plan, _ in
      Rehearsal(hasChanges: !plan.steps.isEmpty, isDone: plan.isDone)
    }
  }

  private func plan<Value: Sendable>(
    _ request: LandingRequest, on base: ObjectID?, isPreview: Bool, _ options: LandingOptions,
    _ body: @Sendable (Plan, StagedObjectReader) throws -> Value
  ) async throws -> Value {
    guard base != nil || options.createsBranch else {
      throw await branch.missing(deadline: options.deadline)
    }
    let authorship = Plan.Authorship(
      name: options.authorName, email: options.authorEmail, date: branch.dependencies.date())
    return try await history.withHistory(of: base, deadline: options.deadline) { history in
      try await objects.withObjects(from: base, deadline: options.deadline) { reader in
        let reader = StagedObjectReader(over: reader)
        let snapshot = try Snapshot(of: base, reading: reader, history: history)
        let changes = try request.changes(on: snapshot, isPreview: isPreview)
        return try body(try Plan(changes, on: base, by: authorship, to: reader), reader)
      }
    }
  }
}
