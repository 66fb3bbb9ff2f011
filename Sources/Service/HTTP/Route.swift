internal import HTTPTypes
internal import Hummingbird
internal import Manifests

/// One thing that can be asked of the service: where, what it is for, and who answers.
///
/// The router and the OpenAPI document are both made of these, so that they cannot differ.
struct Route: Sendable {
  /// Who may ask.
  enum Access: Sendable, Hashable {
    /// Everybody.
    case open
    /// Whoever has a token.
    case token
    /// Who has a token, also as the password that a browser sends, and proves to use our page.
    case form
    /// Whoever has a token, or signs the body as a Git server does.
    case tokenOrSignature
  }

  /// Something that a query or a header may say.
  struct Parameter: Sendable {
    var name: String
    var description: String
    var schema: Node = ["type": "string"]
  }

  /// A body that is sent or answered.
  struct Body: Sendable {
    var types: [String] = ["application/json"]
    var description: String
    /// The name of a schema in the document; none for text.
    var schema: String?
    /// Whether an answer has the header `ETag`.
    var hasEntityTag = false
  }

  let method: HTTPRequest.Method
  /// The path, with `{name}` where it varies.
  let path: String
  let operation: String
  let summary: String
  let access: Access
  let query: [Parameter]
  let headers: [Parameter]
  let request: Body?
  let answers: [(status: Int, body: Body)]
  let handler: @Sendable (Request, ServiceContext) async throws -> Response

  init(
    _ method: HTTPRequest.Method, _ path: String, _ operation: String, _ summary: String,
    access: Access = .token, query: [Parameter] = [],
    headers: [Parameter] = [], request: Body? = nil,
    answers: [(status: Int, body: Body)],
    handler: @escaping @Sendable (Request, ServiceContext) async throws -> Response
  ) {
    self.method = method
    self.path = path
    self.operation = operation
    self.summary = summary
    self.access = access
    self.query = query
    self.headers = headers
    self.request = request
    self.answers = answers
    self.handler = handler
  }

  /// The names of what varies in the path.
  var pathParameters: [String] {
    path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
      String($0.dropFirst().dropLast())
    }
  }

  /// Whether a path is one of this route's.
  func matches(_ path: String) -> Bool {
    let own = self.path.split(separator: "/")
    let other = path.split(separator: "/")
    return own.count == other.count
      && zip(own, other).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
  }
}

extension Router<ServiceContext> {
  /// Answers everything that the routes are for.
  func add(_ routes: [Route]) {
    for route in routes {
      on(RouterPath(route.path), method: route.method) { request, context in
        try await route.handler(request, context)
      }
    }
  }
}
