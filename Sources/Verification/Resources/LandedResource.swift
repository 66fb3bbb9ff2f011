internal import Git
internal import Kratix
internal import Landing
internal import Manifests

/// What stands in a snapshot of one request's resource.
struct LandedResource {
  let search: ResourceSearch
  let placements: [LandedPlacement]
  let files: [LandedFile]
  /// Files that belong to it by its state files, and do not stand, each with its state file.
  let missing: [(file: String, stateFile: String)]
  /// Why it may stand where nobody can tell it from others.
  let doubts: [String]

  /// The objects of all files, in the order of files and documents.
  let objects: [LandedObject]

  init(
    search: ResourceSearch, placements: [LandedPlacement], files: [LandedFile],
    missing: [(file: String, stateFile: String)] = [], doubts: [String] = []
  ) {
    self.search = search
    self.placements = placements
    self.files = files
    self.missing = missing
    self.doubts = doubts
    self.objects = files.flatMap(\.objects)
  }

  /// Whether a file is there that could hold anything and cannot be read.
  var hasUnreadableFile: Bool { files.contains { $0.fault != nil } }

  /// Reads many resources with as few questions to the snapshot as can be.
  static func read(
    _ searches: [ResourceSearch], in snapshot: Snapshot
  ) throws -> [LandedResource] {
    zip(try RawResource.read(searches, in: snapshot), searches).map(LandedResource.init(_:found:))
  }

  /// Takes the files of a resource apart.
  init(_ raw: RawResource, found search: ResourceSearch) {
    self.init(
      search: search, placements: raw.placements, files: raw.files.map(LandedFile.init),
      missing: raw.missing, doubts: raw.doubts)
  }
}

/// A directory of one pipeline and one group, as it was found.
struct LandedPlacement: Hashable {
  /// The short id of the default group, `.`: the one that the Promise's selectors are for.
  static let defaultGroup = "5058f"

  let destination: Destination
  let path: String
  let group: String
  /// Its files, where they stand among others'.
  var files: [String]?

  /// The placements that files belong to: the first two directories below the resource's.
  ///
  /// - Parameter files: Their paths below the resource's directory, sorted.
  static func all(
    of files: [String], below directory: String, at destination: Destination
  ) -> [LandedPlacement] {
    var found: [LandedPlacement] = []
    for file in files {
      guard let pipelineEnd = file.utf8.firstIndex(of: UInt8(ascii: "/")) else { continue }
      let rest = file[file.utf8.index(after: pipelineEnd)...]
      guard let groupEnd = rest.utf8.firstIndex(of: UInt8(ascii: "/")) else { continue }
      let path = "\(directory)/\(file[..<groupEnd])"
      guard found.last?.path != path else { continue }
      found.append(
        LandedPlacement(
          destination: destination, path: path, group: String(rest[..<groupEnd])))
    }
    return found
  }
}
