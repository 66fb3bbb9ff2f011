internal import Git
internal import Kratix
internal import Landing
internal import Manifests

/// What stands in a snapshot of one request's resource.
struct LandedResource {
  let search: ResourceSearch
  let placements: [LandedPlacement]
  let files: [LandedFile]

  /// The objects of all files, in the order of files and documents.
  let objects: [LandedObject]

  init(search: ResourceSearch, placements: [LandedPlacement], files: [LandedFile]) {
    self.search = search
    self.placements = placements
    self.files = files
    self.objects = files.flatMap(\.objects)
  }

  /// Whether a file is there that could hold anything and cannot be read.
  var hasUnreadableFile: Bool { files.contains { $0.fault != nil } }

  private static func files(
    of searches: [ResourceSearch], in snapshot: Snapshot
  ) throws -> [StatePath: [String: TreeEntry]] {
    let places = searches.flatMap(\.places)
    var trees: [StatePath: ObjectID] = [:]
    for place in places { trees[place.directory] = place.tree }
    return trees.count == places.count
      ? try snapshot.files(below: trees) : try snapshot.files(below: Set(places.map(\.directory)))
  }

  /// Reads many resources with as few questions to the snapshot as can be.
  static func read(
    _ searches: [ResourceSearch], in snapshot: Snapshot
  ) throws -> [LandedResource] {
    let entries = try files(of: searches, in: snapshot)
    let readable = entries.values.flatMap { files in
      files.filter { LandedFile.isRead(path: $0.key, mode: $0.value.mode) }.map(\.value.id)
    }
    let blobs = try snapshot.blobs(Set(readable))
    return searches.map { search in
      var placements: [LandedPlacement] = []
      var files: [LandedFile] = []
      for place in search.places {
        let found = (entries[place.directory] ?? [:]).sorted { $0.key < $1.key }
        placements += LandedPlacement.all(of: found.map(\.key), at: place)
        files += found.map { path, entry in
          LandedFile(
            path: path, destination: place.destination.name, mode: entry.mode,
            bytes: blobs[entry.id])
        }
      }
      return LandedResource(search: search, placements: placements, files: files)
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

  /// The placements that files belong to: the first two directories below the resource's.
  static func all(of files: [String], at place: ResourceSearch.Place) -> [LandedPlacement] {
    let depth = place.directory.components.count + 2
    var found: [LandedPlacement] = []
    for file in files {
      let names = file.split(separator: "/")
      guard names.count > depth else { continue }
      let placement = LandedPlacement(
        destination: place.destination, path: names.prefix(depth).joined(separator: "/"),
        group: String(names[depth - 1]))
      if found.last != placement { found.append(placement) }
    }
    return found
  }
}
