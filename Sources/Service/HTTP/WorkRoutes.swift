internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Landing
internal import Manifests
internal import Support

/// The desired state: Works, as they should be and as they are.
struct WorkRoutes: Sendable {
  let state: DesiredState
  let platforms: Platforms
  let reconcilers: Reconcilers
  let changes: Changes
  let health: StoreHealth
  let body: RequestBodyReader
  let dependencies: Dependencies
  let preview: LandingPreview

  private static let mostWorks = 500

  var all: [Route] {
    let (wait, dryRun) = (Route.Parameter.wait, Route.Parameter.dryRun)
    let work = Route.Body(
      description: "The Work with its status; of a dry run what would change.",
      schema: "WorkOrPreviews")
    var tagged = work
    tagged.hasEntityTag = true
    let path = "/v1/namespaces/{namespace}/works/{name}"
    return [
      Route(
        .put, path, "putWork", "Says how a Work should be.", query: [wait, dryRun],
        headers: Self.conditions,
        request: Route.Body(
          types: ["application/json", "application/yaml"],
          description: "A Work as kubectl get work -o yaml prints it.", schema: "Work"),
        answers: [(200, work), (201, tagged), (202, tagged)] + Self.unmet, handler: put),
      Route(
        .get, path, "getWork", "Shows a Work, its conditions and its receipts.", query: [wait],
        answers: [(200, tagged)], handler: get),
      Route(
        .delete, path, "deleteWork", "Removes a Work from the state stores.",
        query: [wait, dryRun, .orphan], headers: Self.conditions,
        request: Route.Body(
          description: "Nothing, or DeleteOptions of Kubernetes, of which the preconditions count.",
          schema: "DeleteOptions"),
        answers: [(200, work), (202, tagged)] + Self.unmet, handler: delete),
      Route(
        .get, "/v1/namespaces/{namespace}/works", "listWorksOfNamespace",
        "Lists the Works of a namespace.", query: Self.listParameters,
        answers: [(200, Route.Body(description: "A page of Works.", schema: "WorkList"))],
        handler: list),
      Route(
        .get, "/v1/works", "listWorks", "Lists the Works of all namespaces.",
        query: Self.listParameters,
        answers: [(200, Route.Body(description: "A page of Works.", schema: "WorkList"))],
        handler: list),
    ]
  }

  private static var conditions: [Route.Parameter] {
    [
      Route.Parameter(
        name: "If-Match",
        description: "The change is made of these versions alone: what ETag said, or * for any."),
      Route.Parameter(
        name: "If-None-Match",
        description: "The change is made of other versions alone; * where no Work is yet."),
    ]
  }

  private static var unmet: [(status: Int, body: Route.Body)] {
    let types = ["application/problem+json"]
    return [
      (
        409,
        Route.Body(
          types: types,
          description: "Another generation or resourceVersion is stored, or another Work's claim.",
          schema: "Problem")
      ),
      (
        412,
        Route.Body(
          types: types, description: "If-Match or If-None-Match does not hold.", schema: "Problem")
      ),
    ]
  }

  private static var listParameters: [Route.Parameter] {
    [
      Route.Parameter(
        name: "labelSelector", description: "As kubectl writes it: a=b,c!=d,e in (f,g),!h."),
      Route.Parameter(
        name: "limit", description: "How many at most.",
        schema: ["type": "integer", "minimum": 1, "maximum": 500, "default": 500]),
      Route.Parameter(
        name: "continue", description: "metadata.continue of the page before.",
        schema: ["type": "string", "minLength": 1]),
    ]
  }

  @Sendable private func put(_ request: Request, _ context: ServiceContext) async throws -> Response
  {
    let key = try key(context)
    try context.require(.write, in: key.namespace)
    let wait = try request.wait
    let isDryRun = try request.isDryRun
    var preconditions = try Preconditions(request)
    let (limit, stores) = (body.mostContentBytes, platforms.current.stores)
    let submission = try await body.read(request, context) { bytes in
      try WorkSubmission(
        parsing: bytes, for: key, contentLimit: limit, check: stores.refuseUnsafePaths)
    }
    preconditions.version = submission.version
    try context.requireWriting(in: key.namespace, isDependency: submission.resource.isEmpty)
    // It may have landed before anybody waits for it.
    let changesOfWork = wait.map { _ in changes.changes(of: key) }
    let (work, status): (DesiredWork, HTTPResponse.Status)
    let mode: PutMode = isDryRun ? .dryRun : wait == nil ? .store : .storeAndLook
    switch try await state.put(submission, at: dependencies.date(), mode, if: preconditions) {
    case .created(let created): (work, status) = (created, .created)
    case .replaced(let replaced): (work, status) = (replaced, .ok)
    case .kept(let kept): (work, status) = (kept, .ok)
    case .unmet(let failure): throw Problem(failure, of: key)
    case .claimed(let rival, let isBeingRemoved):
      throw Self.claimed(key, by: rival, isBeingRemoved)
    case .refused(let reason):
      throw Problem(.conflict, "stale-generation", "\(key): \(reason); nothing was changed")
    }
    if isDryRun { return try await preview.answer(.write([try await work.read()])) }
    await reconcilers.want(key)
    changes.tell(of: key)
    guard let wait, let changesOfWork else { return try await answer(work, status) }
    return try await answer(Awaited(work), status, within: wait, hearing: changesOfWork)
  }

  @Sendable private func get(_ request: Request, _ context: ServiceContext) async throws -> Response
  {
    let key = try key(context)
    try context.require(.read, in: key.namespace)
    let wait = try request.wait
    let changesOfWork = wait.map { _ in changes.changes(of: key) }
    guard let work = try await state.work(key) else { throw notFound(key) }
    guard let wait, let changesOfWork else { return try await answer(work, .ok) }
    let reached = await reconcilers.outcome(
      of: Awaited(work), following: true, within: wait, hearing: changesOfWork)
    guard !reached.last.isGone(from: platforms.current.storeNames) else { throw notFound(key) }
    return try await answer(reached.last, .ok)
  }

  @Sendable private func delete(_ request: Request, _ context: ServiceContext) async throws
    -> Response
  {
    let key = try key(context)
    try context.require(.write, in: key.namespace)
    let wait = try request.wait
    let isDryRun = try request.isDryRun
    let preconditions = try await body.read(request, context, as: .event) { bytes in
      try Preconditions(request, deleteOptions: bytes)
    }
    guard let standing = try await state.work(key) else { throw notFound(key) }
    try context.requireWriting(in: key.namespace, isDependency: standing.resource.isEmpty)
    if isDryRun {
      if let failure = preconditions.failure(for: standing.version, uid: standing.uid) {
        throw Problem(failure, of: key)
      }
      return try await preview.answer(.remove([try await standing.read()]))
    }
    let orphans = try request.orphans
    // It may be gone before anybody waits for it.
    let changesOfWork = changes.changes(of: key)
    let removal = try await state.requestRemoval(
      of: key, orphaning: orphans, at: dependencies.date(), if: preconditions)
    guard let work = try Problem.value(of: removal, for: key) else { throw notFound(key) }
    await reconcilers.want(key)
    changes.tell(of: key)
    guard let wait else { return try await answer(work, .accepted) }
    return try await answer(Awaited(work), .ok, within: wait, hearing: changesOfWork)
  }

  /// Answers what became of a request, and of nothing else.
  private func answer(
    _ awaited: Awaited, _ status: HTTPResponse.Status, within wait: Duration,
    hearing changes: AsyncStream<Changes.Change>
  ) async throws -> Response {
    let reached = await reconcilers.outcome(of: awaited, within: wait, hearing: changes)
    let progress = reached.progress(in: platforms.current.storeNames)
    if reached.isSuperseded, !progress.isSettled { throw Problem.superseded(reached) }
    return try await answer(
      reached.work, progress.isSettled ? status : .accepted, progress: progress)
  }

  @Sendable private func list(_ request: Request, _ context: ServiceContext) async throws
    -> Response
  {
    let named = context.parameters.get("namespace") == nil ? nil : try context.name("namespace")
    let namespace = named ?? context.identity?.namespace
    try context.require(.read, in: namespace)
    var query = WorkQuery(namespace: namespace)
    query.selector = try request.query("labelSelector").map(LabelSelector.init(parsing:))
    if let limit = request.query("limit") {
      guard let number = Int(limit), (1...Self.mostWorks).contains(number) else {
        throw Problem.invalid("limit is \(limit); it must be a number from 1 to \(Self.mostWorks)")
      }
      query.limit = number
    }
    query.after = try request.query("continue").map(PageToken.key)
    let page = try await state.works(query)
    let view = view
    let text = try await HeavyWork.run(on: page.works.reduce(0) { $0 + $1.byteCount }) {
      try Response.text(of: view.list(page))
    }
    return .json(text)
  }

  private func key(_ context: ServiceContext) throws -> WorkKey {
    WorkKey(namespace: try context.name("namespace"), name: try context.name("name"))
  }

  private static func claimed(
    _ key: WorkKey, by rival: WorkKey, _ isBeingRemoved: Bool
  ) -> Problem {
    isBeingRemoved
      ? Problem(
        .serviceUnavailable, Outcome.conflict.rawValue,
        "the Work \(rival) is of the same resource and still being removed; try again")
      : Problem(
        .conflict, Outcome.pathConflict.rawValue,
        "the Work \(rival) is of the same resource as \(key) and has its directories; delete it first"
      )
  }

  private func notFound(_ key: WorkKey) -> Problem { .notFound("Work \(key)") }

  private var view: WorkView {
    WorkView(stores: platforms.current.storeNames, health: health.statuses)
  }

  private func answer(
    _ work: DesiredWork, _ status: HTTPResponse.Status, progress: WorkProgress? = nil
  ) async throws -> Response {
    let view = view
    let text = try await HeavyWork.run(on: work.byteCount) {
      try Response.text(of: view.node(of: work, progress: progress))
    }
    var response = Response.json(text, status: status)
    response.headers[.eTag] = EntityTag.text(of: work.version)
    return response
  }
}
