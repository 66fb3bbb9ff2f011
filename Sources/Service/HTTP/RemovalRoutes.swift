internal import Hummingbird
internal import Kratix
internal import Landing
internal import Manifests

/// Removals of what stands, whoever landed it.
struct RemovalRoutes: Sendable {
  let state: DesiredState
  let platforms: Platforms
  let reconcilers: Reconcilers
  let changes: Changes
  let body: RequestBodyReader
  let dependencies: Dependencies
  let preview: LandingPreview

  private static let longestRemoval: Duration = .seconds(60)

  var all: [Route] {
    [
      Route(
        .post, "/v1/namespaces/{namespace}/removals", "removeWork",
        "Removes what landed for a Work, found by its Promise and request, not by its name, "
          + "whichever program wrote it.",
        query: [
          Route.Parameter(
            name: "pipelines",
            description: "all: whatever the Work's request has become, by whichever Pipeline.",
            schema: ["type": "string", "enum": ["all"]]),
          .wait, .dryRun, .orphan,
        ],
        request: Route.Body(
          types: ["application/json", "application/yaml"],
          description: "A Work; its workloads do not count.", schema: "Work"),
        answers: [
          (200, Route.Body(description: "What was removed.", schema: "RemovalOrPreviews"))
        ], handler: remove)
    ]
  }

  @Sendable private func remove(_ request: Request, _ context: ServiceContext) async throws
    -> Response
  {
    let work = try await removedWork(in: request, context)
    try context.requireWriting(in: work.namespace, isDependency: work.isDependency)
    let ofAll = try isOfAllPipelines(request)
    let intent = ofAll ? LandingRequest.Intent.removeAll(of: work) : .remove([work])
    if try request.isDryRun { return try await preview.answer(intent) }
    let orphans = try request.orphans
    let deadline = dependencies.now() + (try request.wait ?? Self.longestRemoval)
    var receipts: [Receipt] = []
    for key in try await wanted(work, ofAll: ofAll) {
      receipts += try await removed(key, orphaning: orphans, until: deadline)
    }
    try await platforms.current.stores.land(intent, options: LandingOptions(deadline: deadline)) {
      receipts.append($0)
    }
    let isRemoved = receipts.contains { $0.outcome == .removed }
    let news = receipts.filter { !$0.placements.isEmpty }
    return .json([
      "outcome": Node(.string((isRemoved ? Outcome.removed : .unchanged).rawValue)),
      "receipts": try Node(encoding: news.isEmpty ? receipts : news),
    ])
  }

  private func removedWork(in request: Request, _ context: ServiceContext) async throws -> Work {
    let namespace = try context.name("namespace")
    // Before the body is read: a token that may not write here sends none.
    try context.require(.write, in: namespace)
    let limit = body.mostContentBytes
    let works = try await body.read(request, context) { bytes in
      try Work.works(
        in: try ManifestFile(parsing: bytes, name: "request body"), contentLimit: limit)
    }
    guard let work = works.first, works.count == 1 else {
      throw Problem.invalid("the body must be one Work")
    }
    guard work.namespace == namespace else {
      throw Problem.invalid(
        "metadata.namespace is \(work.namespace), and the address says \(namespace)")
    }
    return work
  }

  private func isOfAllPipelines(_ request: Request) throws -> Bool {
    guard let text = request.query("pipelines") else { return false }
    guard text == "all" else { throw Problem.invalid("pipelines is \(text); the one value is all") }
    return true
  }

  /// The Works that are kept of what is to go; those that are being removed may not be gone yet.
  private func wanted(_ work: Work, ofAll: Bool) async throws -> [WorkKey] {
    let works = try await state.works(
      WorkFilter(
        promise: work.promiseName, namespace: work.namespace, resource: work.resourceName,
        includesRemovals: true))
    // A Work that cannot be read is not known to be this one.
    return works.filter { ofAll || (try? $0.kratixWork())?.identity == work.identity }.map(\.key)
  }

  /// Has a Work go that was to be there.
  private func removed(
    _ key: WorkKey, orphaning orphans: Bool, until deadline: ContinuousClock.Instant
  ) async throws -> [Receipt] {
    let changesOfWork = changes.changes(of: key)
    guard
      let asked = try await state.requestRemoval(
        of: key, orphaning: orphans, at: dependencies.date())
    else { return [] }
    await reconcilers.want(key)
    changes.tell(of: key)
    let reached = await reconcilers.outcome(
      of: Awaited(asked), within: deadline - dependencies.now(), hearing: changesOfWork)
    let progress = reached.progress(in: platforms.current.storeNames)
    if reached.isSuperseded, !progress.isSettled { throw Problem.superseded(reached) }
    let results = reached.work.results
    if let failed = results.first(where: { !$0.outcome.isSuccess }) {
      throw LandingError(
        failed.outcome, failed.message, serverMessages: failed.serverMessages)
    }
    guard progress.isSettled else {
      throw LandingError(
        .timedOut, "\(key) is still being removed, and that goes on; it was not gone in time")
    }
    return results.compactMap(\.receipt)
  }
}
