internal import Git
internal import Kratix

/// Finds the Works of all Pipelines of a request that goes as a whole.
///
/// Its delete Pipelines have other names than those that wrote it.
struct RequestPipelines {
  private let landing: LandingRequest
  private let promises: [PromisePipelines]
  private let snapshot: Snapshot

  init(of landing: LandingRequest, _ promises: [PromisePipelines], on snapshot: Snapshot) {
    self.landing = landing
    self.promises = promises
    self.snapshot = snapshot
  }

  /// The intent, with the removal of a whole request as that of its Works.
  ///
  /// - Throws: `LandingError`, `GitError` or `HistoryNeeded`.
  func resolved() throws -> LandingRequest.Intent {
    guard case .removeAll(let request) = landing.intent else { return landing.intent }
    var works: [Work] = []
    for work in try self.works(of: request) where !works.contains(work) { works.append(work) }
    return .remove(works.sorted { ($0.pipelineName, $0.name) < ($1.pipelineName, $1.name) })
  }

  private func works(of request: Work) throws -> [Work] {
    let pipelines = try pipelinesInDirectories(of: request).sorted()
    let stateFiles = try possibleStateFiles(of: request)
    let commits = try snapshot.lastCommits(of: Set(stateFiles.flatMap { [$0.path] + $0.listed }))
    let named = try stateFiles.compactMap { file -> Work? in
      guard let owner = commits.owner(of: file.path, listing: file.listed) else {
        try refuseUnknown(file, of: request)
        return nil
      }
      guard owner.isOfRequest(of: request), let pipeline = owner.pipeline else { return nil }
      return request.ofPipeline(pipeline).named(file.work)
    }
    // The commits of Kratix name no Pipeline; those of the Promise are looked for.
    let promise = promises.first { $0.promise == request.promiseName }
    let known = request.isDependency ? promise?.promisePipelines : promise?.resourcePipelines
    return (pipelines + (known ?? [])).map(request.ofPipeline) + named
  }

  /// Refuses a state file of unknown owner that may be the request's: to leave it would be to say
  /// that it is gone.
  private func refuseUnknown(_ file: StateFileOfUnknown, of request: Work) throws(LandingError) {
    // Static dependencies lie beside what a Promise's own Pipelines wrote, and do not go.
    guard request.sharesRequest(withWorkNamed: file.work),
      request.pipelineName(inWorkNamed: file.work) != ""
    else { return }
    throw .unknownOwner(
      of: file.path.description, named: file.work, maybe: request, "removed",
      otherwise: "by naming the Pipeline whose output goes, with --pipeline")
  }

  /// The Pipelines that have directories of their own.
  private func pipelinesInDirectories(of request: Work) throws -> Set<String> {
    let nested = landing.here.filter { $0.filepathMode == .nestedByMetadata }
    let directories = try nested.map {
      try StatePath(checking: request.ofPipeline("").directory(at: $0, in: landing.stateStore))
    }
    let names = try snapshot.trees(at: directories, lastLevels: 1).values.flatMap { tree in
      tree.entries.filter(\.mode.isDirectory).map(\.name)
    }
    // Static dependencies lie beside the directories of a Promise's own Pipelines.
    return Set(names.filter { !request.isDependency || $0 != WorkloadGroup.defaultShortID })
  }

  /// The state files that may be the request's.
  private func possibleStateFiles(of request: Work) throws -> [StateFileOfUnknown] {
    let shared = landing.here.filter { $0.filepathMode != .nestedByMetadata }
    return try shared.flatMap { destination in
      let files = try StateFiles(of: destination, in: landing.stateStore, snapshot)
      return try files.entries.keys.compactMap { name -> StateFileOfUnknown? in
        guard let work = name.workName(in: request.namespace) else { return nil }
        let isLikely =
          destination.filepathMode == .none && request.sharesRequest(withWorkNamed: work)
        return StateFileOfUnknown(
          path: try files.path(of: name), work: work,
          listed: isLikely ? Array(try files.listed(in: [name]).values.joined()) : [])
      }
    }
  }
}

/// A state file that may be a request's.
private struct StateFileOfUnknown {
  let path: StatePath
  /// The name of its Work.
  let work: String
  /// What it lists, where its name alone may mean the request.
  let listed: [StatePath]
}

extension Work {
  fileprivate func ofPipeline(_ pipeline: String) -> Work {
    var work = self
    work.pipelineName = pipeline
    return work.named(work.derivedName)
  }
}
