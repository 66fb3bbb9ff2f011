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
    let layouts = try platform.destinations(in: stateStore).filter { $0.isNested(on: stateStore) }
      .map { try RepositoryLayout(of: $0, in: stateStore) }
    var known: Set<ResourceID> = []
    let resources = works.map(\.resource).filter { known.insert($0).inserted }
    let directories = try ResourceDirectories(of: resources, at: layouts, in: snapshot)
    let standing = resources.map { resource in
      StandingResource(
        subject: .resource(resource),
        places: directories.places(of: resource).map(ResourceLocation.init))
    }
    return try check(standing: standing.filter { !$0.places.isEmpty }, in: snapshot)
  }
}
