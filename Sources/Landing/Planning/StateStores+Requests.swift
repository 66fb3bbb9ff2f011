internal import Git
internal import Kratix

extension StateStores {
  /// The same with the Works of all Pipelines of which something stands, where a whole request goes.
  ///
  /// Its delete Pipelines have other names than those that wrote it.
  ///
  /// - Throws: `LandingError`.
  func expanded(
    _ intent: LandingRequest.Intent, by stores: [String], _ options: LandingOptions
  ) async throws -> LandingRequest.Intent {
    guard case .removeAll(let request) = intent else { return intent }
    var works: [Work] = []
    for name in stores {
      for work in try await self.works(of: request, in: name, options) where !works.contains(work) {
        works.append(work)
      }
    }
    return .remove(works.sorted { ($0.pipelineName, $0.name) < ($1.pipelineName, $1.name) })
  }

  private func works(
    of request: Work, in name: String, _ options: LandingOptions
  ) async throws -> [Work] {
    let (store, description) = try store(name)
    let destinations = platform.destinations(in: description)
    guard let tip = try await store.tip(deadline: options.deadline) else { return [] }
    let (pipelines, stateFiles) = try await store.read(tip, deadline: options.deadline) {
      (
        try $0.pipelines(of: request, at: destinations, in: description),
        try $0.stateFiles(of: request, at: destinations, in: description)
      )
    }
    let owners = try await store.owners(
      of: stateFiles.map { ($0.path, $0.listed) }, from: tip, options)
    let named = try stateFiles.compactMap { file -> Work? in
      guard let owner = owners[file.path] else {
        try refuseUnknown(file, of: request)
        return nil
      }
      guard owner.isOfRequest(of: request) else { return nil }
      return request.ofPipeline(owner.pipeline).named(file.work)
    }
    // What Kratix wrote says nothing of its Pipeline; the Promise does, and then it is looked for.
    let promise = platform.promises[request.promiseName]
    let known = request.isDependency ? promise?.promisePipelines : promise?.resourcePipelines
    return (pipelines.sorted() + (known ?? [])).map(request.ofPipeline) + named
  }

  /// Refuses a state file of which no commit tells whose it is, where it may be the request's: to
  /// pass it over would be to say that it is gone.
  private func refuseUnknown(
    _ file: PossibleStateFile, of request: Work
  ) throws(LandingError) {
    // Beside what a Promise's own Pipelines wrote stand its static dependencies, which do not go.
    guard request.sharesRequest(withWorkNamed: file.work),
      request.pipelineName(inWorkNamed: file.work) != ""
    else { return }
    throw .unknownOwner(
      of: file.path, named: file.work, maybe: request, "removed",
      otherwise: "by naming the Pipeline whose output goes, with --pipeline")
  }
}

/// A state file that may be of a request.
private struct PossibleStateFile: Sendable {
  let path: StatePath
  /// The name of its Work.
  let work: String
  /// What it lists, where its name alone may mean the request.
  let listed: [StatePath]
}

extension Snapshot {
  /// The Pipelines of which something stands in directories of their own.
  fileprivate func pipelines(
    of request: Work, at destinations: [Destination], in store: GitStateStore
  ) throws -> Set<String> {
    let directories = try destinations.filter { $0.filepathMode == .nestedByMetadata }.map {
      try StatePath(checking: request.ofPipeline("").directory(at: $0, in: store))
    }
    let names = try trees(at: directories, lastLevels: 1).values.flatMap { tree in
      tree.entries.filter(\.mode.isDirectory).map(\.name)
    }
    // Beside a Promise's own Pipelines stand its static dependencies.
    return Set(names.filter { !request.isDependency || $0 != WorkloadGroup.defaultShortID })
  }

  /// The state files that may be the request's.
  fileprivate func stateFiles(
    of request: Work, at destinations: [Destination], in store: GitStateStore
  ) throws -> [PossibleStateFile] {
    try destinations.filter { $0.filepathMode != .nestedByMetadata }.flatMap { destination in
      let files = try StateFiles(of: destination, in: store, self)
      return try files.entries.keys.compactMap { name -> PossibleStateFile? in
        guard let work = name.workName(in: request.namespace) else { return nil }
        let isLikely =
          destination.filepathMode == .none && request.sharesRequest(withWorkNamed: work)
        return PossibleStateFile(
          path: try files.path(of: name), work: work,
          listed: isLikely ? Array(try files.listed(in: [name]).values.joined()) : [])
      }
    }
  }
}

extension Work {
  fileprivate func ofPipeline(_ pipeline: String) -> Work {
    var work = self
    work.pipelineName = pipeline
    return work.named(work.derivedName)
  }
}
