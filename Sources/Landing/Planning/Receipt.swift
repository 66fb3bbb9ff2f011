internal import Foundation
package import Git

/// The result of a write: what is where on the remote's branch, as it was read back.
package struct Receipt: Sendable, Hashable, Codable {
  /// One placement of the write.
  package struct LandedPlacement: Sendable, Hashable, Codable {
    /// The WorkPlacement's name.
    package var name: String
    /// The Destination's name.
    package var destination: String
    /// Whether it landed, was there already, or was removed.
    package var outcome: Outcome
    /// Whether it stays at a Destination that the selectors no longer choose.
    package var misplaced: Bool
    /// Its directory.
    package var path: String
    /// The directory's tree; `nil` when it is gone.
    package var tree: ObjectID?
    /// The commit that brought it; `nil` when it was there already.
    package var commit: ObjectID?
    /// Every file of it.
    package var files: [File]
    /// Where it was removed in the same commit; `nil` when it was not moved.
    package var movedFrom: [Place]?
  }

  /// Where a placement was before.
  package struct Place: Sendable, Hashable, Codable {
    /// The Destination's name.
    package var destination: String
    /// Its directory, or the one that it shared.
    package var path: String
  }

  /// One file of a placement.
  package struct File: Sendable, Hashable, Codable {
    /// Its path from the top of the repository.
    package var path: String
    /// Its blob.
    package var blob: ObjectID
    /// How many bytes it has.
    package var size: Int
  }

  /// Where it landed.
  package var stateStore: StateStoreDescription
  /// `landed` when any placement was, else `removed` when any was, else `unchanged`.
  package var outcome: Outcome
  /// The branch's commit when it was read back.
  package var commit: ObjectID
  /// The commit that the landing was built on; `nil` for a branch without commits.
  package var base: ObjectID?
  /// How often it was pushed; 0 when there was nothing to push.
  package var attempts: Int
  /// When it was read back, in RFC 3339.
  package var verifiedAt: String
  /// The placements.
  package var placements: [LandedPlacement]
}

extension Receipt {
  /// The receipt of a write.
  ///
  /// - Parameters:
  ///   - plan: What was planned for the write.
  ///   - base: The commit on which the batch was planned.
  ///   - stateStore: Where it landed.
  ///   - tip: The commit at which it was read back.
  ///   - pushes: How often it was pushed.
  ///   - date: When it was read back.
  init(
    for plan: Plan, on base: ObjectID?, in stateStore: StateStoreDescription, at tip: ObjectID,
    pushes: Int, verifiedAt date: Date
  ) {
    let placements = plan.steps.map { step in
      LandedPlacement(
        name: step.change.name, destination: step.change.destination, outcome: step.outcome,
        misplaced: step.change.isMisplaced, path: step.change.path.description,
        tree: step.tree, commit: step.commit, files: step.edit.files,
        movedFrom: step.change.former.isEmpty ? nil : step.change.former)
    }
    let outcomes = Set(placements.map(\.outcome))
    self.init(
      stateStore: stateStore,
      outcome: [Outcome.landed, .removed].first { outcomes.contains($0) } ?? .unchanged,
      commit: tip, base: base, attempts: pushes, verifiedAt: date.formatted(.iso8601),
      placements: placements)
  }
}

extension Change {
  /// The path in the receipt: the change's place, or the directory above all of its claims.
  fileprivate var path: StatePath {
    if let place { return place }
    guard var common = claims.first else { return .root }
    while !claims.allSatisfy({ $0.isInside(common) }) { common = common.parent ?? .root }
    return common
  }
}

extension Plan.Step {
  /// The tree of the change's directory, where it has one.
  fileprivate var tree: ObjectID? {
    standing[change.path].flatMap { $0.mode.isDirectory ? $0.id : nil }
  }

  fileprivate var outcome: Outcome {
    if commit == nil { return .unchanged }
    return edit.files.isEmpty ? .removed : .landed
  }
}
