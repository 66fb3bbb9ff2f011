internal import Manifests

/// Where a placement's files stand in a repository
/// (`internal/controller/workplacement_controller.go`, `writeWorkloadsToStateStore`).
///
/// Paths are as Kratix joins them, not yet checked for safety: whoever writes them does that.
package struct Layout: Sendable, Hashable {
  /// One file.
  package struct File: Sendable, Hashable {
    /// Its path from the top of the repository.
    package let path: String
    /// Its bytes.
    package let content: [UInt8]
  }

  /// How files are laid out.
  package let mode: Destination.FilepathMode
  /// In the mode `nestedByMetadata` the directory that belongs to the placement alone and is
  /// replaced as a whole; in the others the Destination's, which it shares.
  package let directory: String
  /// The workloads that stand as files of their own: none in the mode `aggregatedYAML`.
  package let files: [File]
  /// The file that says what belongs to the placement; none in the mode `nestedByMetadata`.
  package let stateFile: File?
  /// The file that holds the workloads of all placements, in the mode `aggregatedYAML`.
  package let aggregate: String?
}

extension Placement {
  /// Lays the placement out under a state store's path, as its Destination's filepath mode says.
  ///
  /// - Throws: `KratixError`: `unsafePath` when the Destination's path leads out of the repository,
  ///   `pathConflict` when a file would stand where Kratix keeps its own.
  package func layout(in store: GitStateStore) throws(KratixError) -> Layout {
    let repository = try RepositoryLayout(of: destination, in: store)
    switch destination.filepathMode {
    case .nestedByMetadata:
      try refuseNameOfStaticDependencies()
      let directory = repository.path(of: id)
      return Layout(
        mode: .nestedByMetadata, directory: directory, files: files(below: directory),
        stateFile: nil, aggregate: nil)
    case .none:
      try refuseReservedNames(in: store)
      return Layout(
        mode: .none, directory: repository.top, files: files(below: repository.top),
        stateFile: Layout.File(path: repository.path(of: StateFileName(self)), content: listing),
        aggregate: nil)
    case .aggregatedYAML:
      return Layout(
        mode: .aggregatedYAML, directory: repository.top, files: [],
        stateFile: Layout.File(
          path: repository.path(of: StateFileName(self)), content: try PlacementState(self).text()),
        aggregate: try destination.aggregate(in: store))
    }
  }

  private func files(below directory: String) -> [Layout.File] {
    group.workloads.map { workload in
      // Not cleaned: a file path that has to be cleaned is one to refuse.
      Layout.File(
        path: directory.isEmpty ? workload.filepath : "\(directory)/\(workload.filepath)",
        content: workload.content)
    }
  }

  /// Static dependencies stand where the directory of a pipeline of that name would.
  private func refuseNameOfStaticDependencies() throws(KratixError) {
    guard work.isDependency, work.pipelineName == WorkloadGroup.defaultShortID else { return }
    throw KratixError(
      .pathConflict,
      """
      \(name) and the static dependencies of Promise \(work.promiseName) both claim \
      \(NestedPath.dependencies)/\(work.promiseName)/\(work.pipelineName) of Destination \(destination.name); \
      nothing was written: give the Pipeline another name
      """)
  }

  /// Below a directory that all share, some names are not the pipeline's to write.
  private func refuseReservedNames(in store: GitStateStore) throws(KratixError) {
    let top = try destination.directory(in: store)
    let canaries =
      destination.hasInitWorkloads
      ? Set(try Canary.files(of: destination, in: store).map(\.path)) : []
    for workload in group.workloads {
      let path = JoinedPath.clean(workload.filepath)
      if canaries.contains(JoinedPath.join(top, path)) {
        throw KratixError(
          .pathConflict,
          """
          \(name) and \(Canary.name) both claim \(JoinedPath.join(top, path)) of Destination \
          \(destination.name); nothing was written: rename the file in the pipeline's output
          """)
      }
      guard path != StateFile.directory, !path.begins(with: StateFile.directory + "/") else {
        throw KratixError(
          .pathConflict,
          """
          \(workload.filepath): \(StateFile.directory) of Destination \(destination.name) is where \
          Kratix keeps what belongs to whom; nothing was written: rename the file in the \
          pipeline's output
          """)
      }
    }
  }
}

extension Work {
  /// The directory that holds the directories of its groups in the mode `nestedByMetadata`.
  ///
  /// A Work without a pipeline has them in its resource's directory.
  ///
  /// - Throws: `KratixError` with the code `unsafePath` when the Destination's path leads out of
  ///   the repository.
  package func directory(
    at destination: Destination, in store: GitStateStore
  ) throws(KratixError) -> String {
    let directory = try RepositoryLayout(of: destination, in: store).path(of: resource)
    return pipelineName.isEmpty ? directory : "\(directory)/\(pipelineName)"
  }
}

extension Destination {
  /// The Destination's directory from the top of the repository; empty for the top itself.
  ///
  /// - Throws: `KratixError` with the code `unsafePath` when it lies outside of the repository.
  package func directory(in store: GitStateStore) throws(KratixError) -> String {
    // Below the repository, so that no absolute path can hide that it climbs out.
    let joined = JoinedPath.relative(JoinedPath.join(".", JoinedPath.relative(store.path), path))
    guard joined != "..", !joined.begins(with: "../") else {
      throw KratixError(
        .unsafePath,
        """
        the path \"\(path)\" of Destination \(name) leads out of the repository \
        (state store path \"\(store.path)\"); give it a path inside
        """)
    }
    return joined
  }

  /// The file that holds everything, in the mode `aggregatedYAML`.
  ///
  /// - Throws: `KratixError` with the code `unsafePath` when it would not stand in the
  ///   Destination's directory.
  package func aggregate(in store: GitStateStore) throws(KratixError) -> String {
    let name = JoinedPath.relative(JoinedPath.join(".", filename))
    guard !name.isEmpty, name != "..", !name.begins(with: "../"),
      name != StateFile.directory, !name.begins(with: StateFile.directory + "/")
    else {
      throw KratixError(
        .unsafePath,
        """
        the filename \"\(filename)\" of Destination \(self.name) is no file in its directory; give \
        it another
        """)
    }
    return JoinedPath.join(try directory(in: store), name)
  }
}
