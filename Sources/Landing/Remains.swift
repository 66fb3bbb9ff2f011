internal import Git
package import Kratix
internal import Manifests

extension StateStores {
  /// What is left of Works that were removed, in directories that no Destination has.
  ///
  /// - Parameter receipts: Those of the removal.
  /// - Returns: The paths, from the top of the repository.
  /// - Throws: `LandingError`.
  package func remains(
    of works: [Work], after receipts: [Receipt], deadline: ContinuousClock.Instant
  ) async throws -> [String] {
    var paths: [String] = []
    for receipt in receipts {
      let (store, description) = try store(receipt.stateStore.name)
      let known = try landing { () throws(KratixError) in
        try platform.allDirectories(onBranchOf: description)
      }
      guard let known else { continue }
      paths += try await store.read(receipt.commit, deadline: deadline) { snapshot in
        try snapshot.remains(of: works, outside: known)
      }
    }
    return Set(paths).sorted { $0.precedes($1) }
  }
}

extension Snapshot {
  fileprivate func remains(
    of works: [Work], outside known: [String: Destination.FilepathMode]
  ) throws -> [String] {
    let layouts = try layouts(outside: known).filter { $0.filepathMode == .nestedByMetadata }
    let paths = try layouts.flatMap { layout in
      try Set(works.map { NestedPath.names(of: $0.resource) }).map { names in
        try StatePath(((layout.path.isEmpty ? [] : [layout.path]) + names).joined(separator: "/"))
      }
    }
    return try files(below: paths).filter { !$0.value.isEmpty }.keys.map(\.description)
  }
}
