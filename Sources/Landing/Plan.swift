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
    /// The directory's tree afterwards; `nil` when it is gone.
    let tree: ObjectID?
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
  let new: NewObjects

  /// Whether the branch holds everything already.
  var isDone: Bool { tip == base }

  /// Runs changes one after another, each on what the one before it made.
  init(
    _ changes: [Change], on base: ObjectID?, by authorship: Authorship,
    reading reader: any ObjectReader
  ) throws {
    self.base = base
    var tip = base
    var steps: [Step] = []
    var new = NewObjects()
    for change in changes {
      let overlay = Overlay(new, over: AnyReader(reader))
      let snapshot = try Snapshot(of: tip, reading: overlay)
      // All trees along all paths at once, so that what is missing is fetched at once.
      let standing = try snapshot.entries(at: [change.directory])[change.directory]
      var objects = NewObjects()
      let edit = try change.edit(snapshot, &objects)
      let tree = try objects.apply(edit.edits, to: snapshot.tree, reading: overlay)
      guard tree != snapshot.tree, tip != nil || !edit.files.isEmpty else {
        steps.append(Step(change: change, edit: edit, commit: nil, tree: standing?.id))
        continue
      }
      let commit = Commit(
        tree: tree, parents: tip.map { [$0] } ?? [], author: authorship.signature,
        committer: authorship.signature, message: change.message(for: edit))
      tip = try objects.add(.commit, commit.bytes)
      new.add(objects)
      let after = try Snapshot(of: tip, reading: Overlay(new, over: AnyReader(reader)))
      steps.append(
        Step(
          change: change, edit: edit, commit: tip, tree: try after.entry(at: change.directory)?.id))
    }
    self.tip = tip
    self.steps = steps
    self.new = new
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

/// A reader of any kind, for code that is generic over one.
struct AnyReader: ObjectReader {
  private let reader: any ObjectReader

  init(_ reader: any ObjectReader) { self.reader = reader }

  func object(_ id: ObjectID) throws(GitError) -> GitObject { try reader.object(id) }
  func contains(_ id: ObjectID) -> Bool { reader.contains(id) }
}
