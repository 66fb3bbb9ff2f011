internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Landing
internal import ServiceLifecycle
internal import Verification
internal import Web

/// The pages for a person who asks whether it landed.
extension API {
  /// How long a page waits for state stores.
  private static let longestLook: Duration = .seconds(5)
  /// No page beyond is looked for.
  private static let mostPages = 1_000_000

  var pageRoutes: [Route] {
    let page = Route.Body(types: ["text/html"], description: "A page.")
    return [
      Route(
        .get, "/", "page", "Shows the state of everything.",
        query: [
          Route.Parameter(name: "q", description: "A part of a name."),
          Route.Parameter(name: "not", description: "landed: what is not ready alone."),
          Route.Parameter(name: "page", description: "Which page, from 1."),
        ], answers: [(200, page)], handler: overviewPage),
      Route(
        .get, "/works/{namespace}/{name}", "workPage", "Shows a Work.", answers: [(200, page)],
        handler: workPage),
      Route(
        .get, "/events", "events", "Tells as server-sent events that something has changed.",
        answers: [
          (200, Route.Body(types: ["text/event-stream"], description: "Events named change."))
        ], handler: events),
      Route(
        .get, "/page.css", "pageStyle", "The style of the pages.",
        answers: [(200, Route.Body(types: ["text/css"], description: "CSS."))],
        handler: { _, _ in .text(PageStyle.css, type: "text/css; charset=utf-8") }),
      Route(
        .get, "/page.js", "pageScript", "What keeps the pages up to date.",
        answers: [(200, Route.Body(types: ["text/javascript"], description: "JavaScript."))],
        handler: { _, _ in .text(PageAssets.script, type: "text/javascript; charset=utf-8") }),
    ]
  }

  @Sendable private func overviewPage(_ request: Request, _ context: ServiceContext) async throws
    -> Response
  {
    let namespace = context.identity?.namespace
    try context.require(.read, in: namespace)
    let statuses = health.statuses
    let query = OverviewQuery(
      text: Self.searched(request),
      onlyFailing: request.query("not") == "landed", namespace: namespace,
      unreadStores: statuses.unread,
      page: min(max(1, request.query("page").flatMap(Int.init) ?? 1), Self.mostPages) - 1)
    var overview = try await state.overview(query)
    overview.works = overview.works.map { $0.observed(by: statuses) }
    let view = OverviewPage(
      overview, query, stores: try await storeViews(in: overview, statuses),
      problem: await state.lastingProblem(), version: version, at: dependencies.date())
    return try html(view, "overview")
  }

  /// Names in Kubernetes have no capital letters, and what is copied brings its spaces along.
  private static func searched(_ request: Request) -> String {
    (request.query("q") ?? "").replacing("+", with: " ").lowercased()
      .trimmingCharacters(in: .whitespaces)
  }

  @Sendable private func workPage(_ request: Request, _ context: ServiceContext) async throws
    -> Response
  {
    let key = WorkKey(namespace: try context.name("namespace"), name: try context.name("name"))
    try context.require(.read, in: key.namespace)
    guard let work = try await state.work(key) else { throw Problem.notFound("Work \(key)") }
    let history = await WorkHistory(
      of: work, remembered: try await state.landings(of: key), on: platforms.current,
      deadline: dependencies.now() + Self.longestLook)
    let view = ResourcePage(
      work.observed(by: health.statuses), history: history, check: await check(work),
      version: version, at: dependencies.date())
    return try html(view, "work")
  }

  /// What is held against a Work now, in the state stores where it stands.
  private func check(_ work: DesiredWork) async -> ResourcePage.Check {
    var check = ResourcePage.Check()
    for name in Set(work.results.filter { $0.receipt != nil }.map(\.store)).sorted() {
      do {
        let verification = try StoreVerification(
          platform: platforms.current, store: name, deadline: dependencies.now() + Self.longestLook)
        let report = try await verification.report(on: [work]) { _ in true }
        check.findings += report.resources.flatMap(\.findings)
        check.verdicts += report.resources.map(\.verdict)
        if report.contradicts([work], in: name) { drift.look(soonAt: name) }
      } catch {
        drift.look(soonAt: name)
        check.unchecked = "\(name): \(Problem(error).detail)"
      }
    }
    return check
  }

  private func storeViews(
    in overview: Overview, _ statuses: [String: StoreHealth.Status]
  ) async throws -> [StoreView] {
    let platform = platforms.current
    let depths = await reconcilers.depths()
    return try platform.storeNames.map { name in
      try StoreView(
        name, on: platform, statuses[name], depth: depths[name] ?? 0, overview,
        at: dependencies.date())
    }
  }

  private func html(_ view: Any, _ template: String) throws -> Response {
    var response = Response.text(
      try PageTemplates.render(view, with: template), type: "text/html; charset=utf-8")
    response.headers[.contentSecurityPolicy] = PageAssets.contentSecurityPolicy
    response.headers[HTTPField.Name("Referrer-Policy") ?? .location] = "no-referrer"
    return response
  }

  @Sendable private func events(_ request: Request, _ context: ServiceContext) async throws
    -> Response
  {
    let namespace = context.identity?.namespace
    try context.require(.read, in: namespace)
    let changes = changes.changes(in: namespace)
    return Response(
      status: .ok, headers: [.contentType: "text/event-stream"],
      body: ResponseBody { writer in
        try await writer.write(ByteBuffer(string: "retry: 2000\n\n"))
        for await text in EventText.stream(of: changes) {
          try await writer.write(ByteBuffer(string: text))
        }
        try await writer.finish(nil)
      })
  }
}
