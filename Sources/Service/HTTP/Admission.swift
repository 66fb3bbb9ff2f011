internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import Web

/// The way in and out of every request: its id, who asks, how errors are told, what is logged.
struct Admission: RouterMiddleware {
  let tokens: Reloading<Tokens>?
  let routes: [Route]
  let connections: Connections
  let telemetry: Telemetry
  /// How much of a path is logged.
  private static let longestPath = 512

  func handle(
    _ request: Request, context: ServiceContext,
    next: @concurrent (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    let began = ContinuousClock.now
    var context = context
    // Hummingbird's own id for the same request.
    context.logger[metadataKey: "hb.request.id"] = nil
    context.logger[metadataKey: "request.id"] = "\(context.requestID)"
    let route = route(of: request)
    var response: Response
    do {
      try Self.requireOneHost(request)
      if route?.access != .open {
        try BrowserOrigin.requireOwn(
          request, hasTokens: tokens != nil, isForm: route?.access == .form)
      }
      context.identity = try identity(of: request, for: route)
      if context.identity != nil { connections.serves(ObjectIdentifier(context.channel)) }
      response = try await next(request, context)
    } catch {
      response = answer(to: error, request, context)
    }
    response.headers[.requestID] = context.requestID
    response.headers[.xContentTypeOptions] = "nosniff"
    if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    note(request, route, response, context, took: ContinuousClock.now - began)
    return response
  }

  /// Who asks for the head alone asks for the same as who asks for all.
  private func route(of request: Request) -> Route? {
    let method = request.method == .head ? .get : request.method
    return routes.first { $0.method == method && $0.matches(request.uri.path) }
  }

  private func methods(at path: String) -> [String] {
    let methods = routes.filter { $0.matches(path) }.map(\.method.rawValue)
    return methods.contains("GET") ? methods + ["HEAD"] : methods
  }

  private func identity(of request: Request, for route: Route?) throws -> Identity? {
    guard route?.access != .open else { return nil }
    guard let tokens else { return .anybody }
    if let token = Self.token(in: request, isForm: route?.access == .form),
      let identity = tokens.value.identity(for: token)
    {
      return identity
    }
    if route?.access == .tokenOrSignature, request.headers[.authorization] == nil { return nil }
    throw Problem(
      .unauthorized, "authentication-failed",
      request.headers[.authorization] == nil
        ? "this service needs a token: --token-file, or Authorization: Bearer TOKEN"
        : "this service does not know the token that was sent; check --token-file",
      headers: [
        .wwwAuthenticate: #"Basic realm="statestore", charset="UTF-8""#,
        .wwwAuthenticate: #"Bearer realm="statestore""#,
      ])
  }

  /// A bearer token; or, for what only looks, the password that a browser asks a person for.
  ///
  /// A browser sends that on its own, so that it must not be enough to change anything; a form of a
  /// page proves besides that it is ours.
  private static func token(in request: Request, isForm: Bool) -> String? {
    let parts = (request.headers[.authorization] ?? "").split(separator: " ", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    switch parts[0].lowercased() {
    case "bearer": return String(parts[1])
    case "basic" where request.method == .get || request.method == .head || isForm:
      return Base64.text(String(parts[1]))?.split(separator: ":", maxSplits: 1).last
        .map(String.init)
    default: return nil
    }
  }

  private func answer(to error: any Error, _ request: Request, _ context: ServiceContext)
    -> Response
  {
    var problem = Problem(error)
    if problem.status == .notFound, route(of: request) == nil,
      case let methods = methods(at: request.uri.path), !methods.isEmpty
    {
      problem = Problem(
        .methodNotAllowed, "method-not-allowed", "use \(methods.joined(separator: " or "))",
        headers: [.allow: methods.joined(separator: ", ")])
    }
    if problem.status.code >= 500 {
      context.logger.error("request failed", metadata: ["error.message": "\(problem.detail)"])
    }
    return Self.wantsPage(request)
      ? problem.page(requestID: context.requestID)
      : problem.response(requestID: context.requestID)
  }

  /// Whether a browser asks for a page, and not a program for an answer of the API.
  private static func wantsPage(_ request: Request) -> Bool {
    request.headers[.accept]?.contains("text/html") ?? false
  }

  /// Refuses a request that does not name one host (RFC 9112, 3.2).
  ///
  /// The first `Host` is the request's authority, and others are left among its headers.
  ///
  /// - Throws: `Problem` with 400.
  private static func requireOneHost(_ request: Request) throws {
    guard request.head.authority != nil else {
      throw Problem.invalid("the request has no Host header")
    }
    guard request.headers[values: .host].isEmpty else {
      throw Problem.invalid("the request has more than one Host header")
    }
  }

  private func note(
    _ request: Request, _ route: Route?, _ response: Response, _ context: ServiceContext,
    took duration: Duration
  ) {
    let name = route?.path ?? "other"
    telemetry.answered(
      method: route == nil ? "other" : request.method.rawValue, route: name,
      status: response.status.code, took: duration)
    context.logger.info(
      "request answered",
      metadata: [
        "http.method": "\(request.method.rawValue)",
        // Nothing is known yet of who may have sent it.
        "http.path": "\(String(request.uri.path.unicodeScalars.prefix(Self.longestPath)))",
        "http.status": "\(response.status.code)", "client": "\(context.identity?.name ?? "-")",
        "duration.ms": "\(Int(duration / .milliseconds(1)))",
      ])
  }
}
