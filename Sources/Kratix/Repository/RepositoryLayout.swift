internal import Manifests

/// Where Kratix keeps what belongs to one Destination: paths from the top of the repository, from
/// and to what they stand for.
package struct RepositoryLayout: Sendable, Hashable {
  package let destination: Destination
  /// The Destination's directory; empty for the top itself.
  package let top: String

  /// - Throws: `KratixError` with the code `unsafePath` when the Destination's directory is outside
  ///   of the repository.
  package init(
    of destination: Destination, in store: GitStateStore
  ) throws(KratixError) {
    self.destination = destination
    top = try destination.directory(in: store)
  }

  /// The directory of a resource, in the mode `nestedByMetadata`.
  package func path(of resource: ResourceID) -> String {
    path(below: NestedPath.names(of: resource))
  }

  /// The directory that belongs to a placement alone, in the mode `nestedByMetadata`.
  package func path(of placement: PlacementID) -> String {
    path(below: NestedPath.names(of: placement))
  }

  /// The resource in whose directory a file is, in the mode `nestedByMetadata`, and that directory.
  package func resource(holding file: String) -> (resource: ResourceID, directory: String)? {
    guard let names = names(of: file), let (resource, depth) = NestedPath.resource(in: names),
      depth < names.count
    else { return nil }
    return (resource, path(below: Array(names.prefix(depth))))
  }

  /// The placement whose directory a path is, in the mode `nestedByMetadata`.
  package func placement(at directory: String) -> PlacementID? {
    guard let names = names(of: directory), let (placement, depth) = NestedPath.placement(in: names)
    else { return nil }
    return depth == names.count ? placement : nil
  }

  /// The placement in whose directory a file is, in the mode `nestedByMetadata`, and that directory.
  package func placement(holding file: String) -> (placement: PlacementID, directory: String)? {
    guard let names = names(of: file), let (placement, depth) = NestedPath.placement(in: names),
      depth < names.count
    else { return nil }
    return (placement, path(below: Array(names.prefix(depth))))
  }

  /// The directory of state files, in the modes `none` and `aggregatedYAML`.
  package var stateFiles: String { path(below: [StateFile.directory]) }

  package func path(of stateFile: StateFileName) -> String {
    path(below: [StateFile.directory, stateFile.text])
  }

  /// The path of a directory below the Destination's own.
  package func path(below names: [String]) -> String {
    (top.isEmpty ? names : [top] + names).filter { !$0.isEmpty }.joined(separator: "/")
  }

  /// The names of a path below the Destination's directory; `nil` for one elsewhere.
  private func names(of path: String) -> [String]? {
    guard !top.isEmpty else { return path.parts(separatedBy: "/").map(String.init) }
    guard path.begins(with: top + "/") else { return nil }
    return path.dropping(prefix: top + "/").parts(separatedBy: "/").map(String.init)
  }
}

extension Platform {
  /// The placement whose directory a path is, in the mode `nestedByMetadata`.
  ///
  /// Where the Destination is not in the configuration, or had another path, the last names of the
  /// path are read.
  package func placement(at directory: String, of destination: String) -> PlacementID? {
    layout(of: destination)?.placement(at: directory)
      ?? NestedPath.placement(endOf: directory.parts(separatedBy: "/").map(String.init))
  }

  /// - Returns: `nil` where the Destination or its state store is not in the configuration, and where its
  ///   path is none.
  package func layout(of destination: String) -> RepositoryLayout? {
    guard let destination = destinations[destination] else { return nil }
    return try? RepositoryLayout(of: destination, in: stateStore(of: destination))
  }
}
