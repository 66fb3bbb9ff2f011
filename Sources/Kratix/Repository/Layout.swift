internal import Manifests

/// The files that a placement has in a repository
/// (`internal/controller/workplacement_controller.go`, `writeWorkloadsToStateStore`).
///
/// Paths are as Kratix joins them. They must be checked before they are written.
package struct Layout: Sendable, Hashable {
  /// One file.
  package struct File: Sendable, Hashable {
    /// From the top of the repository.
    package let path: String
    package let content: [UInt8]
  }

  package let mode: Destination.FilepathMode
  /// In the mode `nestedByMetadata` the directory that belongs to the placement alone and is
  /// replaced as a whole; in the other modes the Destination's directory.
  package let directory: String
  /// The workloads; none in the mode `aggregatedYAML`.
  package let files: [File]
  /// `nil` in the mode `nestedByMetadata`.
  package let stateFile: File?
  /// The file with the workloads of all placements, in the mode `aggregatedYAML`.
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
      try refuseReservedNames(in: repository)
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

  /// Static dependencies have the directory that a pipeline of that name would have.
  private func refuseNameOfStaticDependencies() throws(KratixError) {
    guard work.isDependency, work.pipelineName == WorkloadGroup.defaultShortID else { return }
    let names = NestedPath.names(of: work.resource) + [work.pipelineName]
    throw KratixError(
      .pathConflict,
      """
      \(name) and the static dependencies of Promise \(work.promiseName) both claim \
      \(names.joined(separator: "/")) of Destination \(destination.name); nothing was written: give \
      the Pipeline another name
      """)
  }

  /// In a directory that placements share, a pipeline must not write Kratix's own files.
  private func refuseReservedNames(in repository: RepositoryLayout) throws(KratixError) {
    let top = repository.top
    let canaries = destination.hasInitWorkloads ? Set(repository.canaries.map(\.path)) : []
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
  /// The file with the workloads of all placements, in the mode `aggregatedYAML`.
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
