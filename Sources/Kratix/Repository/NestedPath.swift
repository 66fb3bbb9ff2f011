internal import Manifests

/// The directories of the filepath mode `nestedByMetadata`, below the Destination's own.
///
/// From `internal/controller/workplacement_controller.go`, `getDir`:
///
///     resources/<namespace>/<promise>/<name>/<pipeline>/<group>
///     dependencies/<promise>/<pipeline>/<group>
///     dependencies/<promise>/5058f
///
/// Paths are lists of names from the top down. They are written and read here and nowhere else.
package enum NestedPath {
  /// The directory of all requests' resources.
  static let resources = "resources"
  /// The directory of what belongs to Promises.
  static let dependencies = "dependencies"

  /// The directories that hold all placements.
  package static let roots = [resources, dependencies]

  /// How many names lead to the directory of a request's resource.
  package static let depthOfRequest = 4

  /// The directory of a resource, which holds those of its pipelines.
  package static func names(of resource: ResourceID) -> [String] {
    switch resource {
    case .request(let promise, let namespace, let name): [resources, namespace, promise, name]
    case .dependency(let promise): [dependencies, promise]
    }
  }

  /// The directory that belongs to a placement alone.
  package static func names(of placement: PlacementID) -> [String] {
    names(of: placement.resource) + [placement.pipeline, placement.group].compactMap(\.self)
  }

  /// The resource whose directory a path is, or lies in.
  ///
  /// - Returns: `nil` for any other path. `depth` is the number of names that lead to the directory.
  package static func resource(
    in names: some RandomAccessCollection<String>
  ) -> (resource: ResourceID, depth: Int)? {
    let name = { (index: Int) in names[names.index(names.startIndex, offsetBy: index)] }
    switch names.first {
    case resources? where names.count >= depthOfRequest:
      return (.request(promise: name(2), namespace: name(1), name: name(3)), depthOfRequest)
    case dependencies? where names.count >= 2: return (.dependency(promise: name(1)), 2)
    default: return nil
    }
  }

  /// The placement whose directory a path is, or lies in.
  ///
  /// - Returns: `nil` for any other path. `depth` is the number of names that lead to the directory.
  package static func placement(
    in names: some RandomAccessCollection<String>
  ) -> (placement: PlacementID, depth: Int)? {
    guard let (resource, depth) = resource(in: names),
      let (placement, depthBelow) = placement(of: resource, in: names.dropFirst(depth))
    else { return nil }
    return (placement, depth + depthBelow)
  }

  /// The same for a path below the directory of a resource.
  ///
  /// No pipeline of a Promise has the name of its static dependencies' directory: such a placement
  /// is never written.
  package static func placement(
    of resource: ResourceID, in names: some RandomAccessCollection<some StringProtocol>
  ) -> (placement: PlacementID, depth: Int)? {
    let names = names.prefix(2).map { String($0) }
    if case .dependency = resource, names.first == WorkloadGroup.defaultShortID {
      return (PlacementID(resource: resource, pipeline: nil, group: names[0]), 1)
    }
    guard names.count == 2, WorkloadGroup.isShortID(names[1]) else { return nil }
    return (PlacementID(resource: resource, pipeline: names[0], group: names[1]), 2)
  }

  /// The placement that a directory of an unknown Destination belongs to.
  ///
  /// The Destination's own path may hold any name, so it is the last names that count. Where they
  /// may be read in two ways, a resource's directory is taken for the likelier one.
  package static func placement(endOf names: [String]) -> PlacementID? {
    for count in [6, 4, 3] where names.count >= count {
      if let (placement, depth) = placement(in: names.suffix(count)), depth == count {
        return placement
      }
    }
    return nil
  }
}
