package import Git
package import Kratix

/// The directories that resources have at some Destinations of a snapshot (mode `nestedByMetadata`).
///
/// The directories above them are read once for all resources, so that there may be many resources and
/// many Destinations.
package struct ResourceDirectories {
  /// The directory of a resource at one Destination.
  package struct Place: Sendable {
    package let destination: Destination
    package let path: StatePath
    package let tree: ObjectID
  }

  private var places: [ResourceID: [Place]] = [:]

  /// - Parameters:
  ///   - resources: The resources to look for.
  ///   - layouts: Where they may be.
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first. `UnsafePath` for a name that
  ///   no directory can have.
  package init(
    of resources: some Collection<ResourceID>, at layouts: [RepositoryLayout],
    in snapshot: Snapshot
  ) throws {
    let groups = Dictionary(grouping: Set(resources)) { NestedPath.names(of: $0).dropLast() }
      .mapValues { $0.map(Name.init).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) } }
    let parents = try layouts.flatMap { layout in
      try groups.map { names, resources in
        (layout: layout, path: try StatePath(layout.path(below: Array(names))), resources)
      }
    }
    let trees = try snapshot.trees(at: parents.map(\.path))
    for (layout, path, resources) in parents {
      guard let tree = trees[path] else { continue }
      let entries = tree.entries(named: resources.map(\.bytes))
      for (name, entry) in zip(resources, entries) {
        guard let entry, entry.mode.isDirectory else { continue }
        places[name.resource, default: []].append(
          Place(
            destination: layout.destination, path: try path.appending(name: entry.name),
            tree: entry.id))
      }
    }
  }

  /// Where a resource has a directory, in the order of the Destinations.
  package func places(of resource: ResourceID) -> [Place] { places[resource] ?? [] }

  /// The name of a resource's own directory.
  private struct Name {
    let resource: ResourceID
    let bytes: [UInt8]

    init(_ resource: ResourceID) {
      self.resource = resource
      bytes = Array((NestedPath.names(of: resource).last ?? "").utf8)
    }
  }
}
