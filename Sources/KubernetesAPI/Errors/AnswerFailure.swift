import GitTransport
import Manifests

/// The meaning of an answer with a status other than 2xx (Kubernetes API concepts, `Status`).
struct AnswerFailure {
  /// What was asked of whom.
  let request: APIRequest
  /// The server, for messages.
  let server: String
  let status: Int
  /// The value of `Retry-After`, if that could be read.
  let retryAfter: Duration?
  private let answer: Node?
  private let text: String

  init(
    of request: APIRequest, server: String, status: Int, body: [UInt8], retryAfter: Duration?
  ) {
    self.request = request
    self.server = server
    self.status = status
    self.retryAfter = retryAfter
    // An answer that is no JSON is not the API server's own, or that of a path that it does not have.
    let node = try? JSONReader.node(of: body, name: server)
    answer = node?["kind"]?.string == "Status" ? node : nil
    text = answer?["message"]?.string ?? String(decoding: body.prefix(1 << 12), as: UTF8.self)
  }

  /// A failure that arrived as an object inside a watch.
  init(of request: APIRequest, server: String, status answer: Node) {
    self.request = request
    self.server = server
    self.answer = answer
    status = Int(answer["code"]?.integer ?? 0)
    retryAfter = answer.value(at: "/details/retryAfterSeconds")?.integer.map { .seconds($0) }
    text = answer["message"]?.string ?? ""
  }

  var error: KubernetesError {
    let (code, message) = meaning
    let said = SanitizedText.clean(text)
    return KubernetesError(
      code, "\(server): \(message)", serverMessages: said.isEmpty ? [] : [said],
      retryAfter: retryAfter)
  }

  private var reason: String { answer?["reason"]?.string ?? "" }

  private var meaning: (KubernetesError.Code, String) {
    switch status {
    case 401:
      (
        .unauthorized,
        "the credentials are not accepted (401): they are wrong or have expired; renew them, or choose"
          + " another context"
      )
    case 403: (.forbidden, forbidden)
    case 404: missing
    case 409 where reason == "AlreadyExists": (.alreadyExists, "\(subject) exists already")
    case 409:
      (
        .conflict,
        "\(subject) was changed by others meanwhile, or a field belongs to another manager"
      )
    case 410: (.gone, "what was known of \(subject) is too old to go on from (410)")
    case 429: (.throttled, "the server asks for fewer requests (429)")
    case 300..<400:
      (.malformed, "a redirect (\(status)), which an API server does not send; check the address")
    case 400..<500: (.refused, "the server refuses to \(request.verb) \(subject) (\(status))")
    case 500...: (.serverFailed, "the server, or a proxy before it, failed (\(status))")
    default: (.malformed, "the status \(status) is not one of the API")
    }
  }

  private var subject: String { request.subject }

  /// A group or resource that does not exist is answered with plain text, or without the name of an
  /// object.
  private var missing: (KubernetesError.Code, String) {
    if request.name != nil || request.verb == "create",
      answer?.value(at: "/details/name")?.string != nil
    {
      return (.notFound, "there is no \(subject)")
    }
    guard let resource = request.resource else {
      return (.notInstalled, "there is no API at \(request.path) (404)")
    }
    return (
      .notInstalled,
      "the API \(resource.qualifiedName) (\(resource.apiVersion)) is not installed; apply its"
        + " CustomResourceDefinition, or check the context"
    )
  }

  private var forbidden: String {
    guard let resource = request.resource else {
      return "these credentials may not read \(request.path) (403)"
    }
    let role = request.namespace == nil ? "ClusterRole" : "Role"
    let subresource = request.subresource.map { "/\($0)" } ?? ""
    return """
      these credentials may not \(request.verb) \(subject) (403); their \(role) lacks the rule \
      apiGroups: ["\(resource.group)"], resources: ["\(resource.plural)\(subresource)"], \
      verbs: ["\(request.verb)"]
      """
  }
}
