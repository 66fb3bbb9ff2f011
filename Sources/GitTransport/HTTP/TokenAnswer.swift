import AsyncHTTPClient
import Foundation
import NIOHTTP1

/// What GitHub answers to who asks for a token of an installation (GitHub's REST API, "Create an
/// installation access token for an app").
struct TokenAnswer {
  struct Content: Decodable {
    /// GitHub's own lifetime of a token in seconds, for an answer that does not say it.
    static let lifetime: TimeInterval = 3600

    var token: String
    var expiresAt: String?

    private enum CodingKeys: String, CodingKey {
      case token
      case expiresAt = "expires_at"
    }

    /// When the token ends, by GitHub's clock; `nil` where the answer does not say it.
    var end: Date? { expiresAt.flatMap { try? Date($0, strategy: .iso8601) } }
  }

  private struct Refusal: Decodable { var message: String }

  let status: HTTPResponseStatus
  /// The time by GitHub's clock.
  let date: Date?
  /// The token; `nil` in a refusal.
  let content: Content?
  private let message: String?
  private let retryAfter: Duration?

  init(_ response: HTTPClientResponse, _ body: [UInt8]) {
    status = response.status
    date = response.headers.first(name: "Date").flatMap(HTTPFailure.date)
    let decoder = JSONDecoder()
    // A proxy may answer with anything; what is no token is a failure by its status.
    content = try? decoder.decode(Content.self, from: Data(body))
    message = (try? decoder.decode(Refusal.self, from: Data(body)))?.message
    retryAfter = response.headers.first(name: "Retry-After").flatMap {
      HTTPFailure.retryAfter($0, now: Date())
    }
  }

  /// Why there is no token, with GitHub's own message.
  func failure(of app: GitHubApp, _ endpoint: Endpoint) -> TransportError {
    let isLimited =
      status == .tooManyRequests || retryAfter != nil
      || (status == .forbidden && message?.contains("rate limit") == true)
    let (code, text): (TransportError.Code, String) =
      switch status {
      case .tooManyRequests,
        .forbidden where isLimited:
        (.unavailable, "GitHub asks for fewer requests (\(status.code))")
      case .unauthorized:
        (
          .authenticationFailed,
          "GitHub does not accept the key of App \(app.appID) (401); look at appID and privateKey,"
            + " and at the clock of this machine"
        )
      case .forbidden, .notFound, .gone:
        (
          .authenticationFailed,
          "App \(app.appID) may not use installation \(app.installationID) (\(status.code)); look at"
            + " installationID, and whether the installation is suspended"
        )
      default:
        (
          status.code >= 500 ? .unavailable : .refused,
          "GitHub gives no token for App \(app.appID) (\(status.code))"
        )
      }
    var error = endpoint.error(
      code, text, serverMessages: message.map { SanitizedText.lines(Array($0.utf8)) } ?? [])
    error.retryAfter = retryAfter
    return error
  }
}
