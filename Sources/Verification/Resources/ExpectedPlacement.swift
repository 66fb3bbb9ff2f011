package import Git
package import Kratix
package import Landing

/// What must be at one Destination, byte for byte: from rendered output, a Work or a receipt.
package struct ExpectedPlacement: Sendable, Hashable {
  /// One file of it.
  package struct File: Sendable, Hashable {
    /// Its path from the top of the repository.
    package var path: String
    /// Its blob.
    package var blob: ObjectID
    /// Its bytes; `nil` where only the blob is known, as from a receipt.
    package var content: [UInt8]?

    /// Puts a file together.
    package init(path: String, blob: ObjectID, content: [UInt8]? = nil) {
      self.path = path
      self.blob = blob
      self.content = content
    }
  }

  package var subject: Subject
  /// The Destination's name.
  package var destination: String
  /// The directory that belongs to it alone, or its state file where it shares one.
  package var directory: StatePath
  /// Its files; none when it must be gone.
  package var files: [File]
  /// A commit in which a receipt says that it stood; `nil` without a receipt, and for a removal.
  package var heldBy: ObjectID?
  /// What is not its own where it stands; `nil` in the mode `nestedByMetadata`.
  package var sharing: Sharing?

  /// How a placement stands among others (filepath modes `none` and `aggregatedYAML`).
  package enum Sharing: Sendable, Hashable {
    /// Its files stand in a directory that others have files in too.
    case directory
    /// Its workloads, each with the path that it was rendered to, are parts of this file.
    case file(StatePath, workloads: [Workload])
  }

  /// Puts a placement together.
  package init(
    _ subject: Subject, destination: String, directory: StatePath, files: [File],
    sharing: Sharing? = nil
  ) {
    self.subject = subject
    self.destination = destination
    self.directory = directory
    self.files = files
    self.sharing = sharing
  }

  /// Where it stands, for a report.
  var reported: ResourceReport.Placement {
    let isListed = sharing == .directory
    return ResourceReport.Placement(
      destination: destination, path: directory.description,
      files: isListed ? files.map(\.path).filter { $0 != directory.description } : nil)
  }
}

extension ExpectedPlacement {
  /// What a placement must be once it has landed.
  ///
  /// - Throws: `KratixError`, `UnsafePath` or `GitError`.
  package init(_ placement: Placement, in store: GitStateStore) throws {
    let layout = try placement.layout(in: store)
    var sharing: Sharing?
    if let aggregate = layout.aggregate {
      sharing = .file(try StatePath(aggregate), workloads: placement.group.workloads)
    } else if layout.stateFile != nil {
      sharing = .directory
    }
    // What is gone leaves no state file behind; nor does Kratix write one in every mode.
    let isListed = sharing == .directory && !placement.group.workloads.isEmpty
    let files = layout.files + (isListed ? [layout.stateFile].compactMap(\.self) : [])
    self.init(
      .resource(placement.work.resource), destination: placement.destination.name,
      directory: try StatePath(layout.stateFile?.path ?? layout.directory),
      files: try files.map { file in
        let blob = try ObjectID(of: GitObject(kind: .blob, bytes: file.content))
        return File(path: file.path, blob: blob, content: file.content)
      }, sharing: sharing)
  }

  /// What a receipt says that had landed.
  ///
  /// - Parameters:
  ///   - commit: The commit at which the receipt's write was read back.
  ///   - platform: Tells the directories of Destinations, below which paths are read.
  /// - Throws: `UnsafePath`.
  package init(
    _ placement: Receipt.LandedPlacement, readBackAt commit: ObjectID? = nil, on platform: Platform
  ) throws(UnsafePath) {
    let stateFile = placement.files.map(\.path).first(where: StateFile.isStateFile)
    let isShared = stateFile != nil
    let id =
      isShared ? nil : platform.placement(at: placement.path, of: placement.destination)
    self.init(
      id.map { Subject.resource($0.resource) } ?? .placement(placement.name),
      destination: placement.destination,
      directory: try StatePath(stateFile ?? placement.path),
      files: placement.outcome == .removed
        ? []
        // The file that all share has been written by others since.
        : placement.files.filter { !isShared || $0.path != placement.path }
          .map { File(path: $0.path, blob: $0.blob) },
      sharing: isShared ? .directory : nil)
    heldBy = placement.outcome == .removed ? nil : placement.commit ?? commit
  }
}
