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
    let shared = try SharedSearch(searches, in: snapshot)
    let found = searches.map { search in shared.places(of: search) }
    let places = zip(searches, found).map { $0.places + $1.places }
    let directories = try Directories(of: places.joined(), in: snapshot)
    return zip(searches, zip(places, found)).map { search, found in
      var reading = Reading(directories: directories)
      for place in found.0 { reading.add(place) }
      return LandedResource(
        search: search, placements: reading.placements, files: reading.files,
        missing: reading.missing, doubts: found.1.doubts)
    }
  }
}

/// What stands at places of resources, with the bytes of what is read as manifests.
private struct Directories {
  let entries: [StatePath: [String: TreeEntry]]
  let blobs: [ObjectID: [UInt8]]

  init(of places: some Sequence<Place>, in snapshot: Snapshot) throws {
    var known: [StatePath: ObjectID] = [:]
    var unknown: Set<StatePath> = []
    var shared: [String: TreeEntry] = [:]
    for place in places {
      switch place.content {
      case .directory(let directory, let tree?): known[directory] = tree
      case .directory(let directory, nil): unknown.insert(directory)
      case .shared(let placement): shared.merge(placement.files) { first, _ in first }
      }
    }
    var entries = try snapshot.files(below: known)
    if !unknown.isEmpty { entries.merge(try snapshot.files(below: unknown)) { $1 } }
    var readable: Set<ObjectID> = []
    for files in entries.values + [shared] {
      for (path, entry) in files where LandedFile.isRead(path: path, mode: entry.mode) {
        readable.insert(entry.id)
      }
    }
    self.entries = entries
    blobs = try snapshot.blobs(readable)
  }
}

/// One resource on its way out of its places.
private struct Reading {
  let directories: Directories
  private(set) var placements: [LandedPlacement] = []
  private(set) var files: [LandedFile] = []
  private(set) var missing: [(file: String, stateFile: String)] = []

  init(directories: Directories) { self.directories = directories }

  mutating func add(_ place: Place) {
    switch place.content {
    case .directory(let directory, _):
      let found = (directories.entries[directory] ?? [:]).sorted { $0.key < $1.key }
      placements += LandedPlacement.all(
        of: found.map(\.key), below: directory, at: place.destination)
      add(found, at: place.destination)
    case .shared(let placement): add(placement)
    }
  }

  private mutating func add(_ placement: SharedPlacement) {
    placements.append(
      LandedPlacement(
        destination: placement.destination, path: placement.path.description,
        group: placement.shortID,
        files: placement.aggregate == nil ? placement.files.keys.sorted() : nil))
    add(placement.files.sorted { $0.key < $1.key }, at: placement.destination)
    if let path = placement.aggregate?.path.description {
      files += placement.parts.map { LandedFile($0, of: path, at: placement.destination.name) }
    }
    missing += placement.missing.map { ($0, placement.path.description) }
  }

  private mutating func add(
    _ found: [(key: String, value: TreeEntry)], at destination: Destination
  ) {
    files += found.map { path, entry in
      LandedFile(
        path: path, destination: destination.name, mode: entry.mode,
        bytes: directories.blobs[entry.id])
    }
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
  static func all(
    of files: [String], below directory: StatePath, at destination: Destination
  ) -> [LandedPlacement] {
    let depth = directory.components.count + 2
    var found: [LandedPlacement] = []
    for file in files {
      let names = file.split(separator: "/")
      guard names.count > depth else { continue }
      let placement = LandedPlacement(
        destination: destination, path: names.prefix(depth).joined(separator: "/"),
        group: String(names[depth - 1]))
      if found.last != placement { found.append(placement) }
    }
    return found
  }
}
