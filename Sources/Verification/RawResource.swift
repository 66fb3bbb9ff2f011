internal import Git
internal import Kratix
internal import Landing

/// What stands of one request's resource, before any of it is read as YAML.
struct RawResource {
  /// A file, or a part of one that several share.
  struct File {
    let path: String
    let destination: String
    let mode: FileMode
    /// `nil` for what is not read as manifests.
    var bytes: [UInt8]?
    /// What stands above it, where it is a part.
    var above = LandedFile.Above()
  }

  var search: ResourceSearch
  private(set) var placements: [LandedPlacement] = []
  var files: [File] = []
  /// Files that belong to it by its state files, and do not stand, each with its state file.
  private(set) var missing: [(file: String, stateFile: String)] = []
  /// Why it may stand where nobody can tell it from others.
  let doubts: [String]

  /// Reads many resources with as few questions to the snapshot as can be.
  static func read(
    _ searches: [ResourceSearch], in snapshot: Snapshot
  ) throws -> [RawResource] {
    let shared = try SharedSearch(searches, in: snapshot)
    let found = searches.map { search in shared.places(of: search) }
    let places = zip(searches, found).map { $0.places + $1.places }
    let directories = try Directories(of: places.joined(), in: snapshot)
    return zip(searches, zip(places, found)).map { search, found in
      var raw = RawResource(search: search, doubts: found.1.doubts)
      for place in found.0 { raw.add(place, directories) }
      return raw
    }
  }

  private init(search: ResourceSearch, doubts: [String]) {
    self.search = search
    self.doubts = doubts
  }

  /// Where it stands, for a report.
  var reportedPlacements: [ResourceReport.Placement] {
    placements.map { placement in
      ResourceReport.Placement(
        destination: placement.destination.name, path: placement.path, files: placement.files)
    }
  }
}

extension RawResource {
  private mutating func add(_ place: Place, _ directories: Directories) {
    switch place.content {
    case .directory(let directory, _):
      let found = (directories.entries[directory] ?? [:]).sorted { $0.key < $1.key }
      placements += LandedPlacement.all(
        of: found.map(\.key), below: directory, at: place.destination)
      add(found, at: place.destination, directories)
    case .shared(let placement): add(placement, directories)
    }
  }

  private mutating func add(_ placement: SharedPlacement, _ directories: Directories) {
    placements.append(
      LandedPlacement(
        destination: placement.destination, path: placement.path.description,
        group: placement.shortID,
        files: placement.aggregate == nil ? placement.files.keys.sorted() : nil))
    add(placement.files.sorted { $0.key < $1.key }, at: placement.destination, directories)
    if let path = placement.aggregate?.path.description {
      files += placement.parts.map { part in
        File(
          path: path, destination: placement.destination.name, mode: .file, bytes: part.bytes,
          above: LandedFile.Above(lines: part.linesAbove, documents: part.documentsAbove))
      }
    }
    missing += placement.missing.map { ($0, placement.path.description) }
  }

  private mutating func add(
    _ found: [(key: String, value: TreeEntry)], at destination: Destination,
    _ directories: Directories
  ) {
    files += found.map { path, entry in
      File(
        path: path, destination: destination.name, mode: entry.mode,
        bytes: directories.blobs[entry.id])
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
