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
    fileprivate(set) var commit: ObjectID?
    /// What stands at the change's claims afterwards; a claim where nothing stands is left out.
    let standing: [StatePath: TreeEntry]
  }

  /// Who commits, and when.
  struct Authorship: Sendable {
    let name: String
    let email: String
    let date: Date

    var signature: Signature { signature(of: nil) }

    /// The signature of somebody else, at the same time.
    func signature(of author: CommitStyle.Author?) -> Signature {
      Signature(
        name: author?.name ?? name, email: author?.email ?? email,
        seconds: Int64(date.timeIntervalSince1970))
    }
  }

  private(set) var base: ObjectID?
  /// What the branch is to name.
  private(set) var tip: ObjectID?
  private(set) var steps: [Step]

  /// Whether the branch holds everything already.
  var isDone: Bool { tip == base }

  /// Runs changes one after another, each on what the one before it made.
  init(
    _ changes: [Change], on base: ObjectID?, by authorship: Authorship, to draft: StagedObjectReader
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
      let edit = try change.edit(snapshot, adding: &objects)
      let tree = try objects.applied(edit.edits, to: snapshot.tree, reading: draft)
      guard tree != snapshot.tree, tip != nil || !edit.files.isEmpty else {
        steps.append(Step(change: change, edit: edit, commit: nil, standing: standing))
        continue
      }
      let commit = Commit(
        tree: tree, parents: tip.map { [$0] } ?? [],
        author: authorship.signature(of: change.style.author),
        committer: authorship.signature, message: change.message(for: edit))
      tip = try objects.add(.commit, commit.bytes)
      draft.add(objects)
      let after = try Snapshot(of: tip, reading: draft)
      steps.append(
        Step(
          change: change, edit: edit, commit: tip, standing: try after.entries(at: change.claims)))
    }
    self.tip = try tip ?? Self.firstCommit(by: authorship, adding: draft)
    self.steps = steps
  }

  /// The same plan with commits that have got other ids, because they were signed.
  func renamed(_ ids: [ObjectID: ObjectID]) -> Plan {
    let renamed = { (id: ObjectID?) in id.map { ids[$0] ?? $0 } }
    var plan = self
    plan.base = renamed(base)
    plan.tip = renamed(tip)
    for index in steps.indices { plan.steps[index].commit = renamed(steps[index].commit) }
    return plan
  }

  /// What a new branch begins with where nothing is written to it.
  private static func firstCommit(
    by authorship: Authorship, adding draft: StagedObjectReader
  ) throws -> ObjectID {
    var objects = NewObjects()
    let commit = Commit(
      tree: try objects.add(.tree, []), parents: [], author: authorship.signature,
      committer: authorship.signature, message: "Begin the state store\n")
    let id = try objects.add(.commit, commit.bytes)
    draft.add(objects)
    return id
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
        give them once, under names or to Destinations of their own
        """)
    }
  }
}
