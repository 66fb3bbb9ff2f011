internal import Crypto
public import Git
public import Kratix

/// A function of a snapshot that yields tree edits: how a placement is laid out, or removed.
///
/// It is run on the branch as it is, and run again whenever somebody else has moved the branch; so
/// it must depend on nothing but the snapshot.
public struct Change: Sendable {
  /// What a change does to one snapshot.
  public struct Edit: Sendable {
    /// The edits.
    public var edits = TreeEdits()
    /// The files that stand there afterwards, with their sizes.
    public var files: [Receipt.File] = []
  }

  /// What the commit is named for: the WorkPlacement, or `kratix-canary`.
  public let name: String
  /// The Destination's name.
  public let destination: String
  /// The files and directories that belong to it alone.
  public let claims: [StatePath]
  /// Whether it stays at a Destination that the selectors no longer choose.
  public let isMisplaced: Bool
  /// Git trailers for the commit's message.
  public let trailers: [Trailer]
  let edit: @Sendable (Snapshot, inout NewObjects) throws -> Edit

  init(
    name: String, destination: String, claims: [StatePath], isMisplaced: Bool = false,
    trailers: [Trailer],
    edit: @escaping @Sendable (Snapshot, inout NewObjects) throws -> Edit
  ) {
    self.name = name
    self.destination = destination
    self.claims = claims
    self.isMisplaced = isMisplaced
    self.trailers = trailers
    self.edit = edit
  }
}

/// A line at the end of a commit message (git-interpret-trailers(1)).
public struct Trailer: Sendable, Hashable {
  /// What stands before the colon.
  public let key: String
  /// What stands after it; line breaks become spaces.
  public let value: String

  /// Puts a trailer together.
  public init(_ key: String, _ value: String) {
    self.key = key
    self.value = value.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}

extension Change {
  /// Replaces a placement's directory by what its group holds.
  ///
  /// - Throws: `LandingError`: `unsafe-path` or `path-conflict`, before anything is written.
  public static func write(
    _ placement: Placement, in store: GitStateStore
  ) throws(LandingError) -> Change {
    let layout = try landing { () throws(KratixError) in try placement.layout(in: store) }
    let files = try layout.checkedFiles()
    return Change(placement, directory: files.directory) { _, objects in
      var edit = Edit()
      edit.edits.remove(files.directory)
      for file in files.files {
        let blob = try objects.add(.blob, file.content)
        try edit.edits.write(file.path, blob)
        edit.files.append(
          Receipt.File(path: file.path.description, blob: blob, size: file.content.count))
      }
      return edit
    }
  }

  /// Removes a placement's directory.
  ///
  /// - Throws: `LandingError` with `unsafe-path`.
  public static func remove(
    _ placement: Placement, in store: GitStateStore
  ) throws(LandingError) -> Change {
    let layout = try landing { () throws(KratixError) in try placement.layout(in: store) }
    let directory = try landing { () throws(UnsafePath) in try StatePath(layout.directory) }
    return Change(placement, directory: directory) { _, _ in
      var edit = Edit()
      edit.edits.remove(directory)
      return edit
    }
  }

  private init(
    _ placement: Placement, directory: StatePath,
    edit: @escaping @Sendable (Snapshot, inout NewObjects) throws -> Edit
  ) {
    self.init(
      name: placement.name, destination: placement.destination.name, claims: [directory],
      isMisplaced: placement.isMisplaced, trailers: placement.trailers, edit: edit)
  }
}

extension Placement {
  fileprivate var trailers: [Trailer] {
    var trailers = [Trailer("Kratix-Promise", work.promiseName)]
    if !work.isDependency {
      trailers.append(Trailer("Kratix-Resource", "\(work.namespace)/\(work.resourceName)"))
    }
    if !work.pipelineName.isEmpty {
      trailers.append(Trailer("Kratix-Pipeline", work.pipelineName))
    }
    return trailers + [Trailer("Kratix-Destination", destination.name)]
  }
}

/// A layout whose paths have been found safe.
private struct CheckedFiles: Sendable {
  struct File: Sendable {
    let path: StatePath
    let content: [UInt8]
  }

  let directory: StatePath
  let files: [File]
}

extension Layout {
  /// Checks all paths before anything is made of them, clashes between them included.
  fileprivate func checkedFiles() throws(LandingError) -> CheckedFiles {
    let top = try landing { () throws(UnsafePath) in try StatePath(directory) }
    var rehearsal = TreeEdits()
    var checked: [CheckedFiles.File] = []
    for file in files {
      let path = try landing { () throws(UnsafePath) in try StatePath(file.path) }
      try landing { () throws(PathClash) in try rehearsal.write(path, .zero) }
      checked.append(CheckedFiles.File(path: path, content: file.content))
    }
    return CheckedFiles(directory: top, files: checked)
  }
}

extension Change.Edit {
  /// A digest of paths and blobs, so that a commit can be held against what was rendered
  /// without reading a file.
  var contentDigest: String {
    let lines = files.map { "\($0.blob) \($0.path)\n" }.sorted().joined()
    let digest = SHA256.hash(data: Array(lines.utf8))
    return "sha256:"
      + digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}
