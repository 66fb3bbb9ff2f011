internal import HTTPTypes
internal import Hummingbird
internal import Landing
internal import Manifests
internal import NIOCore
internal import NIOHTTP1
internal import Web

/// Why a request was not done, as `application/problem+json` (RFC 9457).
///
/// `type` is the name of an outcome, the same as on the command line, or of one of the few things
/// that only a server can say.
struct Problem: Error, Sendable {
  let status: HTTPResponse.Status
  let type: String
  let detail: String
  var serverMessages: [String] = []
  var headers: HTTPFields = [:]

  init(
    _ status: HTTPResponse.Status, _ type: String, _ detail: String, headers: HTTPFields = [:]
  ) {
    self.status = status
    self.type = type
    self.detail = detail
    self.headers = headers
  }

  func response(requestID: String) -> Response {
    var fields: Mapping = [
      "type": Node(.string(type)), "title": Node(.string(status.reasonPhrase)),
      "status": Node(.integer(Int64(status.code))), "detail": Node(.string(detail)),
      "instance": Node(.string("urn:request:\(requestID)")),
    ]
    if !serverMessages.isEmpty {
      fields["serverMessages"] = Node(.sequence(serverMessages.map { Node(.string($0)) }))
    }
    var response = Response.json(Node(.mapping(fields)), status: status)
    response.headers[.contentType] = "application/problem+json"
    response.headers.append(contentsOf: headers)
    return response
  }
}

extension Problem {
  /// The same as a page for a person.
  func page(requestID: String) -> Response {
    let view = ErrorPage(
      title: status.reasonPhrase, detail: Self.sentence(detail), advice: advice,
      request: requestID)
    // Without the page the problem itself is answered.
    guard let text = try? PageTemplates.render(view, with: "error") else {
      return response(requestID: requestID)
    }
    var response = Response.text(text, type: "text/html; charset=utf-8", status: status)
    response.headers[.contentSecurityPolicy] = ErrorPage.contentSecurityPolicy
    response.headers.append(contentsOf: headers)
    return response
  }

  private static func sentence(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst() + "."
  }

  private var advice: String? {
    switch status {
    case .unauthorized:
      "Load this page again, and give a token as the password; the user name can be anything."
    case .forbidden: "Another token may be allowed to: close the browser to give another one."
    case .notFound: "It may have been removed, or its name is spelt in another way."
    default: nil
    }
  }

  /// What any error means to a client.
  init(_ error: any Error) {
    switch error {
    case let error as Problem: self = error
    case let error as StorageError:
      self.init(
        .serviceUnavailable, "storage-failed",
        "the desired state cannot be stored: \(error.message); nothing was accepted: try again")
    case let error as HTTPError:
      self.init(error.status, Self.type(of: error.status), error.body ?? error.status.reasonPhrase)
    default:
      let failure = LandingError(error)
      self.init(failure.outcome.httpStatus, failure.outcome.rawValue, failure.message)
      serverMessages = failure.serverMessages
    }
  }

  /// - Parameter most: How many bytes a body may have.
  static func tooLarge(_ most: Int) -> Problem {
    Problem(
      .contentTooLarge, "too-large",
      "the body has more than \(most) bytes, the most that is taken here; nothing was accepted")
  }

  static func notFound(_ what: String) -> Problem {
    Problem(.notFound, "not-found", "there is no \(what)")
  }

  static func invalid(_ message: String) -> Problem {
    Problem(.badRequest, Outcome.invalidInput.rawValue, message)
  }

  private static func type(of status: HTTPResponse.Status) -> String {
    switch status {
    case .notFound: "not-found"
    case .contentTooLarge: "too-large"
    default: Outcome.invalidInput.rawValue
    }
  }
}

extension Response {
  /// An answer of JSON.
  static func json(_ node: Node, status: HTTPResponse.Status = .ok) -> Response {
    json(text(of: node), status: status)
  }

  /// An answer of JSON that is written already.
  static func json(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
    .text(text, type: "application/json", status: status)
  }

  /// JSON as it is answered.
  static func text(of node: Node) -> String { JSONWriter(isIndented: true).text(of: node) + "\n" }

  /// An answer of text.
  static func text(
    _ text: String, type: String, status: HTTPResponse.Status = .ok
  ) -> Response {
    Response(
      status: status, headers: [.contentType: type],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}

extension Outcome {
  /// The HTTP status with the reason phrase that becomes the title of a problem.
  fileprivate var httpStatus: HTTPResponse.Status {
    let code = meaning.httpStatus
    return HTTPResponse.Status(
      code: code, reasonPhrase: HTTPResponseStatus(statusCode: code).reasonPhrase)
  }
}

extension Problem {
  /// Another request for the same Work came before this one was done.
  static func superseded(_ awaited: Awaited) -> Problem {
    let what =
      awaited.last.isBeingRemoved ? "deleted" : "put as generation \(awaited.last.generation)"
    return Problem(
      .conflict, "stale-generation",
      """
      \(awaited.asked.key) was \(what) by another client before the state stores had taken what was \
      asked for here, which was not done
      """)
  }
}
