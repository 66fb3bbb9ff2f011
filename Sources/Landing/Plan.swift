internal import Foundation
internal import Git
internal import Kratix

/// What a push would do: changes made into commits on top of one tip.
struct Plan {
  /// One change, made into a commit or found done.
  struct Step {
    let change: Change
    let edit: Change.Edit
    /// `nil` when the branch held it already.
    let commit: ObjectID?
    /// What stands at the change's claims afterwards; a claim where nothing stands is left out.
    let standing: [StatePath: TreeEntry]
  }

  /// Who commits, and when.
  struct Authorship: Sendable {
    let name: String
    let email: String
    let date: Date

    var signature: Signature {
      Signature(name: name, email: email, seconds: Int64(date.timeIntervalSince1970))
    }
  }

  let base: ObjectID?
  /// What the branch is to name.
  let tip: ObjectID?
  let steps: [Step]

  /// Whether the branch holds everything already.
  var isDone: Bool { tip == base }

  /// Runs changes one after another, each on what the one before it made.
  init(
    _ changes: [Change], on base: ObjectID?, by authorship: Authorship, to draft: Draft
  ) throws {
    try Self.refuseOverlaps(of: changes)
    self.base = base
    var tip = base
    var steps: [Step] = []
    for change in changes {
      let snapshot = try Snapshot(of: tip, reading: draft)
      // All trees along all paths at once, so that what is missing is fetched at once.
      let standing = try snapshot.entries(at: change.claims)
      var objects = NewObjects()
      let edit = try change.edit(snapshot, &objects)
      let tree = try objects.applied(edit.edits, to: snapshot.tree, reading: draft)
      guard tree != snapshot.tree, tip != nil || !edit.files.isEmpty else {
        steps.append(Step(change: change, edit: edit, commit: nil, standing: standing))
        continue
      }
      let commit = Commit(
        tree: tree, parents: tip.map { [$0] } ?? [], author: authorship.signature,
        committer: authorship.signature, message: change.message(for: edit))
      tip = try objects.add(.commit, commit.bytes)
      draft.add(objects)
      let after = try Snapshot(of: tip, reading: draft)
      steps.append(
        Step(
          change: change, edit: edit, commit: tip, standing: try after.entries(at: change.claims)))
    }
    self.tip = tip
    self.steps = steps
  }
}

extension NewObjects {
  /// Applies edits, and says of an object that is not here that it is missing.
  fileprivate mutating func applied(
    _ edits: TreeEdits, to base: ObjectID?, reading reader: some ObjectReader
  ) throws -> ObjectID {
    do throws(TreeEditFailure) {
      return try apply(edits, to: base, reading: reader)
    } catch {
      if case .git(let error) = error { throw error }
      throw error
    }
  }
}

extension Plan {
  /// Two placements that claim one directory, or one inside the other's, would erase each other.
  private static func refuseOverlaps(of changes: [Change]) throws(LandingError) {
    let claims = changes.flatMap { change in change.claims.map { (path: $0, name: change.name) } }
      .sorted { $0.path < $1.path }
    for (first, second) in zip(claims, claims.dropFirst())
    where second.path.isInside(first.path) {
      throw LandingError(
        .pathConflict,
        """
        \(first.name) and \(second.name) both claim \(second.path); nothing was written: \
        give their Destinations different paths
        """)
    }
  }
}

extension Change {
  /// Kratix's subject, then our trailers.
  fileprivate func message(for edit: Edit) -> String {
    let action = edit.files.isEmpty ? "Delete" : "Update"
    let trailers = trailers + [Trailer("Statestore-Content", edit.contentDigest)]
    let lines = trailers.map { "\($0.key): \($0.value)" }.joined(separator: "\n")
    return "\(action) from: \(name)\n\n\(lines)\n"
  }
}
