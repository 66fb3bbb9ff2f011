internal import Git
internal import Kratix
internal import Landing
internal import Manifests

/// What stands of one request's resource, before any of it is read as YAML.
struct RawResource {
  /// A file, or a part of one that several share.
  struct File {
    let path: String
    /// The path below the resource's directory; `nil` for one that stands among others.
    var below: String?
    let destination: String
    let mode: FileMode
    /// What is to be read as manifests.
    var blob: ObjectID?
    /// `nil` for what is not read as manifests.
    var bytes: [UInt8]?
    /// How many bytes it has, where they are too many to be read.
    var byteCountTooLarge: Int?
    /// What stands above it, where it is a part.
    var above = LandedFile.Above()
  }

  let subject: Subject
  let places: [ResourceLocation]
  private(set) var placements: [LandedPlacement] = []
  var files: [File] = []
  /// Files that belong to it by its state files, and do not stand, each with its state file.
  private(set) var missing: [(file: String, stateFile: String)] = []
  /// Files that another state file lists too, each with that one.
  private(set) var contested: [(file: String, stateFile: String)] = []
  /// Why it may stand where nobody can tell it from others.
  let doubts: [String]
  /// Whether it has more files than are held at once: then none of them are here.
  private(set) var isLarge = false

  /// Whether a kustomization is among its files: then paths in it are compared with those of files.
  var hasKustomization: Bool { files.contains { LandedFile.isKustomization($0.path) } }

  private init(_ subject: Subject, places: [ResourceLocation], doubts: [String] = []) {
    self.subject = subject
    self.places = places
    self.doubts = doubts
  }

  /// Reads many resources with as few questions to the snapshot as can be.
  static func read(
    _ searches: [ResourceSearch], in snapshot: Snapshot
  ) throws -> [RawResource] {
    let shared = try SharedSearch(searches, in: snapshot)
    let directories = try ResourceDirectories(
      of: searches.compactMap(\.resource),
      at: searches.first?.surroundings.nestedLayouts() ?? [], in: snapshot)
    return try filled(
      searches.map { search in
        let own = search.resource.map(directories.places) ?? []
        let (places, doubts) = shared.places(of: search)
        return RawResource(
          search.subject, places: own.map(ResourceLocation.init) + places, doubts: doubts)
      }, from: snapshot)
  }

  /// Reads what is known to stand.
  ///
  /// - Parameter count: How many files of one resource are held at once.
  static func read(
    _ resources: [StandingResource], in snapshot: Snapshot, atMost count: Int
  ) throws -> [RawResource] {
    try filled(
      resources.map { RawResource($0.subject, places: $0.places) }, from: snapshot, atMost: count)
  }

  /// Some of the files of a place, read.
  static func read(
    _ files: [TreeFile], of subject: Subject, at place: ResourceLocation, in snapshot: Snapshot
  ) throws -> RawResource {
    var resource = RawResource(subject, places: [place])
    resource.add(place, files)
    resource.fill(from: try contents(of: resource.files, in: snapshot))
    return resource
  }

  private static func filled(
    _ resources: [RawResource], from snapshot: Snapshot, atMost count: Int = .max
  ) throws -> [RawResource] {
    var resources = resources
    let directories = try Directories(
      of: resources.flatMap(\.places), in: snapshot, atMost: count)
    var next = 0
    for index in resources.indices {
      let places = resources[index].places
      let found = directories.files[next..<(next + places.count)]
      next += places.count
      let files = found.compactMap(\.self)
      guard files.count == places.count, files.reduce(0, { $0 + $1.count }) <= count else {
        resources[index].isLarge = true
        continue
      }
      for (place, files) in zip(places, files) { resources[index].add(place, files) }
    }
    let contents = try Self.contents(of: resources.flatMap(\.files), in: snapshot)
    for index in resources.indices { resources[index].fill(from: contents) }
    return resources
  }

  /// What is to be read of files; a manifest above the limit is refused without being read.
  private static func contents(
    of files: [File], in snapshot: Snapshot
  ) throws -> [ObjectID: FileContent] {
    try snapshot.contents(of: files.compactMap(\.blob), atMost: Limits.default.bytes)
  }

  private mutating func fill(from contents: [ObjectID: FileContent]) {
    for index in files.indices {
      switch files[index].blob.flatMap({ contents[$0] }) {
      case .bytes(let bytes): files[index].bytes = bytes
      case .tooLarge(let count): files[index].byteCountTooLarge = count
      case nil: break
      }
    }
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
  /// - Parameter found: What stands there, if it is a directory of its own.
  private mutating func add(_ place: ResourceLocation, _ found: [TreeFile]) {
    switch place.content {
    case .directory(let directory, _):
      let top = directory.description
      let found = found.count < 2 ? found : found.sorted { TreePath($0.path) < TreePath($1.path) }
      if case .resource(let resource) = subject {
        placements += LandedPlacement.all(
          of: resource, with: found.map(\.path), below: top, at: place.destination)
      }
      files += found.map { file in
        File(
          "\(top)/\(file.path)", below: file.path, entry: file.entry, at: place.destination)
      }
    case .shared(let placement): add(placement)
    }
  }

  private mutating func add(_ placement: SharedPlacement) {
    placements.append(
      LandedPlacement(
        destination: placement.destination, path: placement.path.description,
        group: placement.shortID, stateFile: placement.stateFile,
        files: placement.aggregate == nil ? placement.files.keys.sorted().map(\.text) : nil))
    files += placement.files.sorted { $0.key < $1.key }.map { path, entry in
      File(path.text, below: nil, entry: entry, at: placement.destination)
    }
    if let path = placement.aggregate?.path.description {
      files += placement.parts.map { part in
        File(
          path: path, destination: placement.destination.name, mode: .file, bytes: part.bytes,
          above: LandedFile.Above(lines: part.linesAbove, documents: part.documentsAbove))
      }
    }
    missing += placement.missing.map { ($0, placement.path.description) }
    contested += placement.contested.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}

extension RawResource.File {
  fileprivate init(
    _ path: String, below: String?, entry: TreeEntry, at destination: Destination
  ) {
    self.init(
      path: path, below: below, destination: destination.name, mode: entry.mode,
      blob: LandedFile.isRead(path: path, mode: entry.mode) ? entry.id : nil)
  }
}

/// What stands in the directories of places.
private struct Directories {
  /// The files of each place, in their order.
  ///
  /// None for a place that is no directory of its own, and `nil` for one with more files than are
  /// held at once.
  private(set) var files: [[TreeFile]?]

  init(of places: [ResourceLocation], in snapshot: Snapshot, atMost count: Int) throws {
    var unknown: [StatePath] = []
    for place in places {
      if case .directory(let directory, nil) = place.content { unknown.append(directory) }
    }
    let entries = unknown.isEmpty ? [:] : try snapshot.entries(at: unknown)
    var tops: [(place: Int, tree: ObjectID)] = []
    for (index, place) in places.enumerated() {
      guard case .directory(let directory, let tree) = place.content else { continue }
      let entry = tree == nil ? entries[directory] : nil
      if let tree = tree ?? (entry?.mode.isDirectory == true ? entry?.id : nil) {
        tops.append((index, tree))
      }
    }
    files = Array(repeating: [], count: places.count)
    let found = try snapshot.files(below: tops.map(\.tree), atMost: count)
    for (top, found) in zip(tops, found) {
      files[top.place] = found
    }
  }
}
