internal import Git
internal import Kratix

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
