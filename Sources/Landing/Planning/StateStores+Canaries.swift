internal import Git
internal import Kratix

extension StateStores {
  /// Lands the canary files of all Destinations that want them, takes those of the others away, and
  /// makes branches that are missing where the options allow it.
  ///
  /// - Parameter landed: Called with each receipt as soon as it is there.
  /// - Throws: `LandingError`.
  package func landCanaries(options: LandingOptions, landed: (Receipt) -> Void) async throws {
    // A Destination that stands in another's place would have its files.
    _ = try landing { () throws(KratixError) in try platform.usedStateStores() }
    for description in platform.stateStores.values.sorted(by: { $0.name < $1.name }) {
      let request = LandingRequest(
        .canaries, in: description, destinations: platform.destinations(in: description))
      landed(try await store(description.name).0.land(request, options: options))
    }
  }
}

extension Change {
  /// Writes the canary files of a Destination, or takes them away where it wants none; nothing else
  /// there is touched.
  static func canary(
    of destination: Destination, in store: GitStateStore
  ) throws(LandingError) -> Change {
    guard destination.hasInitWorkloads else {
      return try removingCanary(of: destination, in: store)
    }
    let files = try [CheckedFile](canaryFiles(of: destination, in: store))
    return Change(
      name: Canary.name, destination: destination.name, claims: files.map(\.path)
    ) { _, edit, objects in
      for file in files { try edit.write(file, adding: &objects) }
    }
  }

  /// Takes the canary files of a Destination away.
  static func removingCanary(
    of destination: Destination, in store: GitStateStore
  ) throws(LandingError) -> Change {
    let paths = try [CheckedFile](canaryFiles(of: destination, in: store)).map(\.path)
    return removing(paths, as: Canary.name, of: destination)
  }

  /// Takes the one file of a Destination of the mode `aggregatedYAML` away, whoever wrote it.
  static func removingAggregate(
    of destination: Destination, in store: GitStateStore
  ) throws(LandingError) -> Change {
    let path = try landing { () throws(KratixError) in try destination.aggregate(in: store) }
    return removing([try StatePath(checking: path)], as: destination.name, of: destination)
  }

  private static func removing(
    _ paths: [StatePath], as name: String, of destination: Destination
  ) -> Change {
    Change(name: name, destination: destination.name, claims: paths) { snapshot, edit, _ in
      // A directory of that name is nothing that was written here.
      let standing = try snapshot.entries(at: paths).filter { $0.value.mode.isFile }
      edit.remove(Array(standing.keys))
    }
  }

  private static func canaryFiles(
    of destination: Destination, in store: GitStateStore
  ) throws(LandingError) -> [Layout.File] {
    try landing { () throws(KratixError) in try Canary.files(of: destination, in: store) }
  }
}
