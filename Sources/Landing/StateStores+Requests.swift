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
    var works: [String: Work] = [:]
    for name in stores {
      let found = try await self.works(of: request, in: name, options)
      // The name that a state file has counts in all modes.
      for work in found where works[work.pipelineName]?.hasDerivedName ?? true {
        works[work.pipelineName] = work
      }
    }
    return .remove(works.sorted { $0.key < $1.key }.map(\.value))
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
    let changes = try await store.lastChanges(
      of: stateFiles.map(\.path), from: tip, deadline: options.deadline)
    let named = try stateFiles.compactMap { file -> Work? in
      let trailers = (changes[file.path]?.commit.message).flatMap(WorkTrailers.init)
      guard let trailers else {
        try refuseUnknown(file, of: request)
        return nil
      }
      guard trailers.isOfRequest(of: request) else { return nil }
      return request.ofPipeline(trailers.pipeline).named(file.work)
    }
    // What Kratix wrote says nothing of its Pipeline; the Promise does, and then it is looked for.
    let promise = platform.promises[request.promiseName]
    let known = request.isDependency ? promise?.promisePipelines : promise?.resourcePipelines
    return (pipelines.sorted() + (known ?? [])).map(request.ofPipeline) + named
  }

  /// Refuses a state file whose commit does not tell whose it is, where it may be the request's and
  /// no Promise explains its name: to pass it over would be to say that it is gone.
  private func refuseUnknown(
    _ file: (path: StatePath, work: String), of request: Work
  ) throws(LandingError) {
    guard request.sharesRequest(withWorkNamed: file.work),
      platform.owner(ofQualifiedWork: "\(request.namespace)-\(file.work)") == nil
    else { return }
    throw .unknownOwner(of: file.path, named: file.work, maybe: request)
  }
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

  /// The state files that may be the request's, with the names of their Works.
  fileprivate func stateFiles(
    of request: Work, at destinations: [Destination], in store: GitStateStore
  ) throws -> [(path: StatePath, work: String)] {
    try destinations.filter { $0.filepathMode != .nestedByMetadata }.flatMap { destination in
      let files = try StateFiles(of: destination, in: store, self)
      let start = "\(request.namespace)-"
      return try files.entries.keys.filter { $0.qualifiedWork.hasPrefix(start) }.map { name in
        (try files.path(of: name), String(name.qualifiedWork.dropFirst(start.count)))
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
