internal import Git
package import Kratix
package import Landing

extension Verifier {
  /// Checks what stands of Works by what its own path, its Promise and expectations imply, as a
  /// check of everything does.
  ///
  /// - Returns: A report for each resource of which something stands in a directory of its own.
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first. `KratixError` or
  ///   `UnsafePath` for a Destination's path that cannot be.
  package func check(contentOf works: [Work], in snapshot: Snapshot) throws -> [ResourceReport] {
    var resources: [(work: Work, directories: [(Destination, StatePath)])] = []
    var known: Set<[String]> = []
    let destinations = platform.destinations(in: stateStore).filter { $0.isNested(on: stateStore) }
    for work in works where known.insert(work.resourceIdentity).inserted {
      resources.append(
        (
          work,
          try destinations.map { destination in
            (destination, try work.resourceDirectory(at: destination, in: stateStore))
          }
        ))
    }
    let entries = try snapshot.entries(at: resources.flatMap { $0.directories.map(\.1) })
    let standing = resources.map { work, directories in
      StandingResource(
        promise: work.promiseName, namespace: work.isDependency ? "" : work.namespace,
        name: work.resourceName,
        places: directories.compactMap { destination, directory in
          guard let entry = entries[directory], entry.mode.isDirectory else { return nil }
          return ResourceLocation(
            destination: destination, content: .directory(directory, tree: entry.id))
        })
    }
    return try check(standing: standing.filter { !$0.places.isEmpty }, in: snapshot)
  }
}

extension Work {
  /// What tells a resource from others; Works of several pipelines may be of one.
  fileprivate var resourceIdentity: [String] {
    [promiseName, isDependency ? "" : namespace, resourceName]
  }

  /// The directory that holds what all pipelines made of a resource.
  fileprivate func resourceDirectory(
    at destination: Destination, in store: GitStateStore
  ) throws -> StatePath {
    let top = try destination.directory(in: store)
    let below =
      isDependency
      ? "dependencies/\(promiseName)" : "resources/\(namespace)/\(promiseName)/\(resourceName)"
    return try StatePath(top.isEmpty ? below : "\(top)/\(below)")
  }
}
