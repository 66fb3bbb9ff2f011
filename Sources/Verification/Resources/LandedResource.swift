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
  /// Its files that another state file lists too, each with that one.
  let contested: [(file: String, stateFile: String)]
  /// Why it may stand where nobody can tell it from others.
  let doubts: [String]

  /// The objects of all files, in the order of files and documents.
  let objects: [LandedObject]

  init(
    search: ResourceSearch, placements: [LandedPlacement], files: [LandedFile],
    missing: [(file: String, stateFile: String)] = [],
    contested: [(file: String, stateFile: String)] = [], doubts: [String] = []
  ) {
    self.search = search
    self.placements = placements
    self.files = files
    self.missing = missing
    self.contested = contested
    self.doubts = doubts
    self.objects = files.flatMap(\.objects)
  }

  /// The placement of its default group at a Destination that the Promise's selectors choose: what no
  /// pipeline sends elsewhere belongs there.
  var home: String? {
    placements.first {
      $0.group == WorkloadGroup.defaultShortID && search.candidates.contains($0.destination)
    }?.path
  }

  /// The placement of a file; `nil` where the file belongs to none that is known.
  func placement(of file: LandedFile) -> LandedPlacement? {
    placements.first { placement in
      placement.files?.contains(file.path) ?? file.path.begins(with: placement.path + "/")
    }
  }

  /// Whether a file is there that could hold anything and cannot be read.
  var hasUnreadableFile: Bool { files.contains { $0.fault != nil } }

  /// The files of a resource without any manifest, at Destinations that look like plain repositories: their
  /// files land as they are (mode `none`), and Kratix writes no canary files to them.
  var filesNotForACluster: [String] {
    let plain = Set(
      placements.map(\.destination).filter { $0.filepathMode == .none && !$0.hasInitWorkloads }
        .map(\.name))
    guard
      files.allSatisfy({ file in
        plain.contains(file.destination)
          && (file.isNoManifestByName || file.holdsOtherDocumentsOnly)
      })
    else { return [] }
    return files.map(\.path)
  }

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
      missing: raw.missing, contested: raw.contested, doubts: raw.doubts)
  }
}

/// A directory of one pipeline and one group, as it was found.
struct LandedPlacement: Hashable {
  let destination: Destination
  let path: String
  let group: String
  /// The pipeline, where the path tells it.
  var pipeline: String?
  /// The state file that lists it, where it shares its directory.
  var stateFile: StateFileName?
  /// Its files, where it shares its directory.
  var files: [String]?

  /// The placements that files belong to.
  ///
  /// - Parameter files: Their paths below the resource's directory, sorted.
  static func all(
    of resource: ResourceID, with files: [String], below directory: String,
    at destination: Destination
  ) -> [LandedPlacement] {
    var found: [LandedPlacement] = []
    var last: String?
    for file in files {
      if let last, file.begins(with: last) { continue }
      let names = file.parts(separatedBy: "/", maxSplits: 2)
      guard let (placement, depth) = NestedPath.placement(of: resource, in: names.dropLast())
      else { continue }
      let below = names.prefix(depth).joined(separator: "/")
      found.append(
        LandedPlacement(
          destination: destination, path: "\(directory)/\(below)", group: placement.group,
          pipeline: placement.pipeline))
      last = below + "/"
    }
    return found
  }
}
