internal import Foundation
package import Git
package import Kratix
package import Landing

/// Everything that stands below a state store's Destinations, by path: nothing is opened below the
/// directories that are named for resources.
package struct StoreListing: Sendable {
  /// The resources and dependencies, by Promise, namespace and name.
  package private(set) var resources: [StandingResource] = []
  /// Files that belong to no placement, with the Destination that they stand at.
  package private(set) var unownedFiles = UnownedFiles()
  private(set) var faults: [RecordFault] = []
  /// Destinations without canary files.
  private var destinationsWithoutCanaries: [(layout: RepositoryLayout, exists: Bool)] = []
  /// Kratix's layout in directories that no Destination has.
  let ofNoDestination: [RepositoryLayout]

  /// Lists a snapshot.
  ///
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first. `KratixError` or
  ///   `UnsafePath` for a Destination's path that cannot be.
  package init(
    of destinations: [Destination], in store: GitStateStore, platform: Platform,
    snapshot: Snapshot, ofNoDestination: [RepositoryLayout] = []
  ) throws {
    self.ofNoDestination = ofNoDestination
    var walk = ListingWalk(snapshot: snapshot)
    try walk.run(
      from: destinations.filter { $0.isNested(on: store) }
        .map { try RepositoryLayout(of: $0, in: store) })
    unownedFiles = walk.unownedFiles
    var found = walk.found
    for destination in destinations where destination.isShared(on: store) {
      let listing = try SharedListing(of: destination, in: store, platform: platform, snapshot)
      found += listing.placements.map(StandingResource.init)
      faults += listing.faults
      let files = try snapshot.unownedFiles(at: destination, in: store, beside: listing.placements)
      let others = destinations.filter { $0.name != destination.name }
      for path in try files.filter({ try !others.hold($0, in: store) }) {
        unownedFiles.add(path, at: destination)
      }
    }
    resources = Self.merged(found)
    destinationsWithoutCanaries = try Self.withoutCanaries(
      destinations.filter { !$0.isBeingDeleted }, in: store, snapshot)
  }

  /// Destinations without a placement and without canary files.
  ///
  /// - Parameter absent: Resources whose directories hold no file.
  func emptyDestinations(
    without absent: Set<Subject>
  ) -> [(layout: RepositoryLayout, exists: Bool)] {
    var empty = destinationsWithoutCanaries
    for resource in resources {
      if empty.isEmpty { break }
      if absent.contains(resource.subject) { continue }
      empty.removeAll { candidate in
        resource.places.contains { $0.destination.name == candidate.layout.destination.name }
      }
    }
    return empty
  }

  private static func withoutCanaries(
    _ destinations: [Destination], in store: GitStateStore, _ snapshot: Snapshot
  ) throws -> [(layout: RepositoryLayout, exists: Bool)] {
    let layouts = try destinations.map { try RepositoryLayout(of: $0, in: store) }
    let canaries = try layouts.map { try $0.canaries.map { try StatePath($0.path) } }
    let tops = try layouts.map { $0.top.isEmpty ? StatePath.root : try StatePath($0.top) }
    let entries = try snapshot.entries(at: Set(canaries.joined()).union(tops))
    return zip(zip(layouts, tops), canaries).compactMap { layout, canaries in
      guard canaries.allSatisfy({ entries[$0] == nil }) else { return nil }
      let exists = layout.1 == .root ? snapshot.tree != nil : entries[layout.1] != nil
      return (layout.0, exists)
    }
  }

  /// One resource at several Destinations is one resource.
  private static func merged(_ found: [StandingResource]) -> [StandingResource] {
    let sorted = found.sorted { $0.subject.names < $1.subject.names }
    var merged: [StandingResource] = []
    merged.reserveCapacity(sorted.count)
    for found in sorted {
      if let known = merged.last, known.subject == found.subject {
        merged[merged.count - 1].places += found.places
      } else {
        merged.append(found)
      }
    }
    return merged
  }
}

/// Files that belong to no placement: the first of them, and how many more there are.
package struct UnownedFiles: Sendable {
  /// How many are told of at each Destination: that many have one cause.
  private static let most = 1_000

  /// The Destinations' names by the files' paths.
  package private(set) var first: [TreePath: String] = [:]
  /// How many more there are, by the Destinations' names.
  package private(set) var others: [String: Int] = [:]
  private var counts: [String: Int] = [:]

  init() {}

  mutating func add(_ path: String, at destination: Destination) {
    let count = counts[destination.name, default: 0]
    if count < Self.most {
      first[TreePath(path)] = destination.name
      counts[destination.name] = count + 1
    } else {
      others[destination.name, default: 0] += 1
    }
  }
}

/// A walk down from Destinations to the directories that are named for resources, level by level,
/// so that what is missing can be fetched together.
private struct ListingWalk {
  private struct Visit {
    let destination: Destination
    let path: String
    /// The path where it is one that could be checked out.
    let directory: StatePath?
    /// The names below the Destination.
    let names: [String]
    let id: ObjectID
  }

  let snapshot: Snapshot
  private(set) var found: [StandingResource] = []
  private(set) var unownedFiles = UnownedFiles()
  private var canaries: Set<TreePath> = []

  init(snapshot: Snapshot) { self.snapshot = snapshot }

  mutating func run(from layouts: [RepositoryLayout]) throws {
    let tops = try layouts.map { $0.top.isEmpty ? StatePath.root : try StatePath($0.top) }
    let entries = try snapshot.entries(at: tops)
    let otherTops = Set(tops.map { TreePath($0) })
    for layout in layouts { canaries.formUnion(layout.canaries.map { TreePath($0.path) }) }
    var level = zip(tops, layouts).compactMap { path, layout -> Visit? in
      guard let entry = entries[path], entry.mode.isDirectory else { return nil }
      return Visit(
        destination: layout.destination, path: path.description, directory: path, names: [],
        id: entry.id)
    }
    while !level.isEmpty {
      var next: [Visit] = []
      for (visit, tree) in zip(level, try snapshot.trees(level.map(\.id))) {
        tree.forEachEntry { entry in
          let path = visit.path.isEmpty ? entry.name : "\(visit.path)/\(entry.name)"
          let names = visit.names + [entry.name]
          guard entry.mode.isDirectory else {
            take(file: path, names: names, at: visit.destination)
            return true
          }
          // Another Destination's directory inside this one is that one's own.
          if names.count == 1, otherTops.contains(TreePath(path)) { return true }
          let below = Visit(
            destination: visit.destination, path: path,
            directory: visit.directory?.below(entry.name), names: names, id: entry.id)
          if !take(below) { next.append(below) }
          return true
        }
      }
      level = next
    }
  }

  private mutating func take(file path: String, names: [String], at destination: Destination) {
    // Beside the Destinations stands whatever else the repository is for.
    guard names.count > 1 || NestedPath.roots.contains(names[0]) else { return }
    guard !canaries.contains(TreePath(path)) else { return }
    unownedFiles.add(path, at: destination)
  }

  /// Takes a directory that is named for a resource or for a Promise's dependencies.
  ///
  /// - Returns: Whether nothing below it is looked at.
  private mutating func take(_ visit: Visit) -> Bool {
    guard NestedPath.roots.contains(visit.names[0]) else { return true }
    guard let (resource, _) = NestedPath.resource(in: visit.names) else { return false }
    if let directory = visit.directory {
      let place = ResourceLocation(
        destination: visit.destination, content: .directory(directory, tree: visit.id))
      found.append(StandingResource(subject: .resource(resource), places: [place]))
    } else {
      unownedFiles.add(visit.path, at: visit.destination)
    }
    return true
  }
}

extension StatePath {
  /// The path of what a tree holds; `nil` for a name that nobody could check out.
  fileprivate func below(_ name: String) -> StatePath? {
    do throws(UnsafePath) { return try appending(name: name) } catch { return nil }
  }
}
