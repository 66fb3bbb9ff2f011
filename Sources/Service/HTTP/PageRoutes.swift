internal import Foundation
internal import Git
internal import HTTPTypes
internal import Hummingbird
internal import Kratix
internal import Landing
internal import Manifests
internal import ServiceLifecycle
internal import Verification
internal import Web

/// The pages for a person who asks whether it landed.
struct PageRoutes: Sendable {
  let state: DesiredState
  let platforms: Platforms
  let reconcilers: Reconcilers
  let changes: Changes
  let drift: DriftWatch
  let health: StoreHealth
  let body: RequestBodyReader
  let dependencies: Dependencies
  let version: String
  let forms: PageForm

  /// How long a page waits for state stores.
  private static let longestLook: Duration = .seconds(5)
  /// How many lines are shown before and after that of a finding.
  private static let linesAround = 3
  /// No page beyond is looked for.
  private static let mostPages = 1_000_000

  var all: [Route] {
    let page = Route.Body(types: ["text/html"], description: "A page.")
    return [
      Route(
        .get, "/", "page", "Shows the state of everything.",
        query: [
          Route.Parameter(name: "q", description: "A part of a name."),
          Route.Parameter(
            name: "state", description: "How far a Work is.",
            schema: Self.schema(of: OverviewQuery.State.allCases)),
          Route.Parameter(name: "promise", description: "The Promise."),
          Route.Parameter(name: "namespace", description: "The namespace."),
          Route.Parameter(name: "destination", description: "A Destination that has some of it."),
          Route.Parameter(
            name: "sort", description: "The order.",
            schema: Self.schema(of: OverviewQuery.Order.allCases)),
          Route.Parameter(name: "page", description: "Which page, from 1."),
        ], answers: [(200, page)], handler: overviewPage),
      Route(
        .get, "/works/{namespace}/{name}", "workPage", "Shows a Work.", answers: [(200, page)],
        handler: workPage),
      Route(
        .post, "/works/{namespace}/{name}/land", "landAgain",
        "Lands a Work again; what the button of its page does.", access: .form,
        request: PageForm.body, answers: [(303, page)], handler: landAgain),
      Route(
        .post, "/stores/{name}/look", "lookNow",
        "Looks soon at a state store; what the button of the first page does.", access: .form,
        request: PageForm.body, answers: [(303, page)], handler: lookNow),
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
      text: Self.searched(request), state: Self.state(in: request),
      promise: request.query("promise") ?? "", destination: request.query("destination") ?? "",
      wantedNamespace: request.query("namespace") ?? "",
      order: request.query("sort").flatMap(OverviewQuery.Order.init) ?? .state,
      namespace: namespace, unreadStores: statuses.unread,
      page: min(max(1, request.query("page").flatMap(Int.init) ?? 1), Self.mostPages) - 1)
    var overview = try await state.overview(query)
    overview.works = overview.works.map { $0.observed(by: statuses) }
    let view = OverviewPage(
      overview, query, stores: try await storeViews(in: overview, statuses, for: context.identity),
      problem: await state.database.lastingProblem(),
      notice: request.query("looking").map { "A look at \($0) was asked for." },
      forge: platforms.current.forge, version: version, at: dependencies.date())
    return try html(view, "overview")
  }

  /// `not=landed` is what addresses said before there were several states.
  private static func state(in request: Request) -> OverviewQuery.State? {
    request.query("not") == "landed"
      ? .notLanded : request.query("state").flatMap(OverviewQuery.State.init)
  }

  private static func schema(of cases: [some RawRepresentable<String>]) -> Node {
    ["type": "string", "enum": Node(.sequence(cases.map { Node(.string($0.rawValue)) }))]
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
      work.observed(by: health.statuses), history: history,
      check: await check(work, for: context.identity),
      forge: platforms.current.forge,
      landAgain: mayLand(work, context)
        ? forms.action("/works/\(key.namespace)/\(key.name)/land", for: context.identity) : nil,
      notice: request.query("landing") == nil ? nil : "Another landing was asked for.",
      version: version, at: dependencies.date())
    return try html(view, "work")
  }

  private func mayLand(_ work: DesiredWork, _ context: ServiceContext) -> Bool {
    let namespace = work.resource.isEmpty ? nil : work.key.namespace
    return context.identity?.may(.write, in: namespace) ?? false
  }

  @Sendable private func landAgain(_ request: Request, _ context: ServiceContext) async throws
    -> Response
  {
    let key = WorkKey(namespace: try context.name("namespace"), name: try context.name("name"))
    try context.require(.write, in: key.namespace)
    try await forms.requireProof(in: request, context, reading: body)
    guard let work = try await state.work(key) else { throw Problem.notFound("Work \(key)") }
    try context.requireWriting(in: key.namespace, isDependency: work.resource.isEmpty)
    await reconcilers.want(key)
    return .seeOther("/works/\(key)?landing=again")
  }

  @Sendable private func lookNow(_ request: Request, _ context: ServiceContext) async throws
    -> Response
  {
    let name = try context.name("name")
    try context.require(.write)
    try await forms.requireProof(in: request, context, reading: body)
    guard platforms.current.storeNames.contains(name) else {
      throw Problem.notFound("state store \(name)")
    }
    drift.look(soonAt: name)
    return .seeOther("/?looking=\(name)#stores")
  }

  /// What is held against a Work now, in the state stores where it stands.
  private func check(_ work: DesiredWork, for identity: Identity?) async -> ResourcePage.Check {
    var check = ResourcePage.Check()
    for name in Set(work.results.filter { $0.receipt != nil }.map(\.store)).sorted() {
      do {
        var verification = try StoreVerification(
          platform: platforms.current, store: name, deadline: dependencies.now() + Self.longestLook)
        verification.showsOnlyOwn = identity?.namespace != nil
        let report = await verification.withExcerpts(
          try await verification.report(on: [work]) { _ in true }, context: Self.linesAround)
        check.add(
          report, on: verification.platform.forge(of: verification.description.url))
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
    in overview: Overview, _ statuses: [String: StoreHealth.Status], for identity: Identity?
  ) async throws -> [StoreView] {
    let platform = platforms.current
    let depths = await reconcilers.depths()
    let mayLook = identity?.may(.write, in: nil) ?? false
    return try platform.storeNames.map { name in
      try StoreView(
        name, on: platform, statuses[name], depth: depths[name] ?? 0, overview,
        drift: drift.policy,
        look: mayLook ? forms.action("/stores/\(name)/look", for: identity) : nil,
        at: dependencies.date())
    }
  }

  private func html(_ view: Any, _ template: String) throws -> Response {
    var response = Response.text(
      try PageTemplates.render(view, with: template), type: "text/html; charset=utf-8")
    response.headers[.contentSecurityPolicy] = PageAssets.contentSecurityPolicy
    // With "no-referrer" a form would have the origin null.
    response.headers[HTTPField.Name("Referrer-Policy") ?? .location] = "same-origin"
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

extension ResourcePage.Check {
  /// Adds findings, and where their files are on the forge.
  fileprivate mutating func add(_ report: Report, on forge: Forge?) {
    let found = report.resources.flatMap(\.findings)
    findings += found
    guard let commit = report.commit?.id.hexadecimal else { return }
    for finding in found where finding.removed == nil {
      links[finding] = finding.file.flatMap { forge?.file($0, at: commit, line: finding.line) }
    }
  }
}
