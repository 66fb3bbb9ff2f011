package import Git
internal import Kratix

/// A function of a snapshot that yields tree edits: how a placement is laid out, or removed.
///
/// It is run on the branch as it is, and run again whenever somebody else has moved the branch; so
/// it must depend on nothing but the snapshot.
package struct Change: Sendable {
  /// What a change does to one snapshot.
  package struct Edit: Sendable {
    /// The edits.
    package var edits = TreeEdits()
    /// The files that stand there afterwards, with their sizes.
    package var files: [Receipt.File] = []
    /// Whether a file is written that others share; Kratix then calls even a removal an update.
    package var rewritesSharedFile = false
  }

  /// What the commit is named for: the WorkPlacement, or `kratix-canary`.
  package let name: String
  /// The Destination's name.
  package let destination: String
  /// Where a person looks for it; `nil` for what its claims have in common.
  let place: StatePath?
  /// The files and directories that belong to it alone.
  package let claims: [StatePath]
  /// Whether it stays at a Destination that the selectors no longer choose.
  package let isMisplaced: Bool
  /// Where it is taken away in the same commit.
  var former: [Receipt.Place] = []
  /// What a message template can say of it.
  let fields: [MessageTemplate.Field: String]
  /// What the placement is of; `nil` where that is not known, and for what is no placement.
  let owner: CommitMessage.Owner?
  /// What the trailers of its commit say of its scheduling.
  let scheduling: [Trailer]
  /// How its commit speaks.
  var style = CommitStyle()
  var edit: @Sendable (Snapshot, inout Edit, inout NewObjects) throws -> Void

  init(
    name: String, destination: String, place: StatePath? = nil, claims: [StatePath],
    isMisplaced: Bool = false, owner: CommitMessage.Owner? = nil,
    fields: [MessageTemplate.Field: String] = [:], scheduling: [Trailer] = [],
    edit: @escaping @Sendable (Snapshot, inout Edit, inout NewObjects) throws -> Void
  ) {
    self.name = name
    self.destination = destination
    self.place = place
    self.claims = claims
    self.isMisplaced = isMisplaced
    self.owner = owner
    self.fields = fields
    self.scheduling = scheduling
    self.edit = edit
  }

  /// What it does to a snapshot; the objects that it needs are added.
  func edit(
    _ snapshot: Snapshot, adding objects: inout NewObjects
  ) throws -> Edit {
    var edit = Edit()
    try self.edit(snapshot, &edit, &objects)
    return edit
  }
}

extension Change.Edit {
  /// Writes a file, and lists it as one that stands there afterwards.
  mutating func write(
    _ file: CheckedFile, adding objects: inout NewObjects
  ) throws {
    try LandingError.checkCancellation()
    let blob = try objects.add(.blob, file.content)
    try edits.write(file.path, blob)
    files.append(
      Receipt.File(path: file.path.description, blob: blob, size: file.content.count))
  }

  /// A digest of paths and blobs, so that a commit can be held against what was rendered
  /// without reading a file.
  var contentDigest: String {
    CommitMessage.digest(of: files.map { (path: $0.path, blob: $0.blob) })
  }
}
