/// Where a placement's files stand in a repository: a directory of its own, and files below it
/// (`internal/controller/workplacement_controller.go`, `getDir`).
///
/// Paths are as Kratix joins them, not yet checked for safety: whoever writes them does that.
public struct Layout: Sendable, Hashable {
  /// One file.
  public struct File: Sendable, Hashable {
    /// Its path from the top of the repository.
    public let path: String
    /// Its bytes.
    public let content: [UInt8]
  }

  /// The directory that belongs to the placement alone and is replaced as a whole.
  public let directory: String
  /// Its files.
  public let files: [File]
}

extension Placement {
  /// Lays the placement out under a state store's path, in the mode `nestedByMetadata`.
  ///
  /// - Throws: `KratixError` with the code `unsafePath` when the Destination's path leads out of
  ///   the repository, `invalidConfiguration` when it wants another mode.
  public func layout(in store: GitStateStore) throws(KratixError) -> Layout {
    guard destination.filepathMode == .nestedByMetadata else {
      throw KratixError(
        .invalidConfiguration,
        """
        Destination \(destination.name) has the filepath mode \(destination.filepathMode.rawValue), \
        which is not supported yet; only nestedByMetadata is, and nothing was written
        """)
    }
    let directory = JoinedPath.join(
      try work.directory(at: destination, in: store), group.shortID)
    return Layout(
      directory: directory,
      files: group.workloads.map { workload in
        // Not cleaned: a file path that has to be cleaned is one to refuse.
        Layout.File(path: "\(directory)/\(workload.filepath)", content: workload.content)
      })
  }
}

extension Work {
  /// The directory that holds the directories of its groups at a Destination.
  ///
  /// Any empty name falls out, which is why static dependencies have no pipeline in their path.
  ///
  /// - Throws: `KratixError` with the code `unsafePath` when the Destination's path leads out of
  ///   the repository.
  public func directory(
    at destination: Destination, in store: GitStateStore
  ) throws(KratixError) -> String {
    let top = try destination.directory(in: store)
    return isDependency
      ? JoinedPath.join(top, "dependencies", promiseName, pipelineName)
      : JoinedPath.join(top, "resources", namespace, promiseName, resourceName, pipelineName)
  }
}

extension Destination {
  /// The Destination's directory from the top of the repository; empty for the top itself.
  ///
  /// - Throws: `KratixError` with the code `unsafePath` when it lies outside of the repository.
  public func directory(in store: GitStateStore) throws(KratixError) -> String {
    // Below the repository, so that no absolute path can hide that it climbs out.
    let joined = JoinedPath.relative(JoinedPath.join(".", JoinedPath.relative(store.path), path))
    guard joined != "..", !joined.hasPrefix("../") else {
      throw KratixError(
        .unsafePath,
        """
        the path \"\(path)\" of Destination \(name) leads out of the repository \
        (state store path \"\(store.path)\"); give it a path inside
        """)
    }
    return joined
  }
}
