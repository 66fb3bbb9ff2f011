internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Landing
internal import Manifests

/// The desired state: Works, as they should be and as they are.
extension API {
  private static let mostWorks = 500
  private static let longestWait: Duration = .seconds(300)

  var workRoutes: [Route] {
    let (wait, dryRun) = (Self.wait, Self.dryRun)
    let work = Route.Body(
      description: "The Work with its status; of a dry run what would change.",
      schema: "WorkOrPreviews")
    let path = "/v1/namespaces/{namespace}/works/{name}"
    return [
      Route(
        .put, path, "putWork", "Says how a Work should be.", query: [wait, dryRun],
        request: Route.Body(
          types: ["application/json", "application/yaml"],
          description: "A Work as kubectl get work -o yaml prints it.", schema: "Work"),
        answers: [(200, work), (201, work), (202, work)], handler: put),
      Route(
        .get, path, "getWork", "Shows a Work, its conditions and its receipts.", query: [wait],
        answers: [(200, work)], handler: get),
      Route(
        .delete, path, "deleteWork", "Removes a Work from the state stores.",
        query: [wait, dryRun],
        answers: [(200, work), (202, work)], handler: delete),
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

  static var wait: Route.Parameter {
    Route.Parameter(
      name: "wait",
      description:
        "Answer when it has landed or was refused, or after this time: 30s, 2m; 5m at most.",
      schema: OpenAPISchemas.duration)
  }

  static var dryRun: Route.Parameter {
    Route.Parameter(
      name: "dryRun",
      description: "All: change nothing, and answer what would change in the state stores.",
      schema: ["type": "string", "enum": ["All"]])
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
    let wait = try wait(request)
    let isDryRun = try isDryRun(request)
    let bytes = try await body.bytes(of: request, on: context.channel)
    let (limit, stores) = (body.mostContentBytes, platforms.current.stores)
    let submission = try await HeavyWork.run(on: bytes.count) {
      try WorkSubmission(
        parsing: bytes, for: key, contentLimit: limit, check: stores.refuseUnsafePaths)
    }
    try context.requireWriting(in: key.namespace, isDependency: submission.resource.isEmpty)
    // It may have landed before anybody waits for it.
    let changesOfWork = wait.map { _ in changes.changes(of: key) }
    let (work, status): (DesiredWork, HTTPResponse.Status)
    let mode: PutMode = isDryRun ? .dryRun : wait == nil ? .store : .storeAndLook
    switch try await state.put(submission, at: surroundings.date(), mode) {
    case .created(let created): (work, status) = (created, .created)
    case .replaced(let replaced): (work, status) = (replaced, .ok)
    case .kept(let kept): (work, status) = (kept, .ok)
    case .claimed(let rival, let isBeingRemoved):
      throw Self.claimed(key, by: rival, isBeingRemoved)
    case .refused(let reason):
      throw Problem(.conflict, "stale-generation", "\(key): \(reason); nothing was changed")
    }
    if isDryRun { return try await preview(.write([try await work.read()])) }
    await reconcilers.want(key)
    changes.tell(of: key)
    guard let wait, let changesOfWork else { return try await answer(work, status) }
    return try await answer(Awaited(work), status, within: wait, hearing: changesOfWork)
  }

  @Sendable private func get(_ request: Request, _ context: ServiceContext) async throws -> Response
  {
    let key = try key(context)
    try context.require(.read, in: key.namespace)
    let wait = try wait(request)
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
    let wait = try wait(request)
    let isDryRun = try isDryRun(request)
    guard let standing = try await state.work(key) else { throw notFound(key) }
    try context.requireWriting(in: key.namespace, isDependency: standing.resource.isEmpty)
    if isDryRun { return try await preview(.remove([try await standing.read()])) }
    // It may be gone before anybody waits for it.
    let changesOfWork = changes.changes(of: key)
    guard let work = try await state.requestRemoval(of: key, at: surroundings.date()) else {
      throw notFound(key)
    }
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
    if reached.isSuperseded, !progress.isSettled { throw Self.superseded(reached) }
    return try await answer(
      reached.work, progress.isSettled ? status : .accepted, progress: progress)
  }

  static func superseded(_ awaited: Awaited) -> Problem {
    let what =
      awaited.last.isBeingRemoved ? "deleted" : "put as generation \(awaited.last.generation)"
    return Problem(
      .conflict, "stale-generation",
      """
      \(awaited.asked.key) was \(what) by somebody else before the state stores had taken what was \
      asked for here, which was not done
      """)
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

  func wait(_ request: Request) throws -> Duration? {
    guard let text = request.query("wait") else { return nil }
    guard let wait = DurationText.duration(text) else {
      throw Problem.invalid("wait is \(text); write it as 500ms, 30s or 2m")
    }
    return min(wait, Self.longestWait)
  }

  private var view: WorkView { WorkView(stores: platforms.current.storeNames) }

  private func answer(
    _ work: DesiredWork, _ status: HTTPResponse.Status, progress: WorkProgress? = nil
  ) async throws -> Response {
    let view = view
    let text = try await HeavyWork.run(on: work.byteCount) {
      try Response.text(of: view.node(of: work, progress: progress))
    }
    return .json(text, status: status)
  }
}
