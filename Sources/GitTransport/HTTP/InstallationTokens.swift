import AsyncHTTPClient
import Digests
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// The tokens of an installation of a GitHub App: one is kept until a minute before its end.
///
/// Kratix does the same (`util/git/github_app.go`), for github.com alone.
final class InstallationTokens: CredentialsSource {
  private struct State {
    var kept: (token: Secret, end: ContinuousClock.Instant)?
    /// The one request for all that need a token now.
    var request: Task<Secret, any Error>?
  }

  private static let userName = "x-access-token"
  /// How long before its end a token is not used any more.
  private static let margin = Duration.seconds(60)
  private static let timeout = TimeAmount.seconds(10)
  private static let mostBytes = 64 << 10

  private let app: GitHubApp
  private let endpoint: Endpoint
  private let now: @Sendable () -> Date
  private let state = Mutex(State())

  /// - Parameter now: The time of day.
  init(
    _ app: GitHubApp, options: TransportOptions, now: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.app = app
    self.endpoint = Endpoint(url: app.tokens, credentials: .none, options: options)
    self.now = now
  }

  func credentials() async throws -> Credentials {
    .basic(username: Self.userName, password: try await token())
  }

  var current: Credentials? {
    state.withLock { $0.kept }.map { .basic(username: Self.userName, password: $0.token) }
  }

  func drop(_ refused: Credentials) {
    guard current == refused else { return }
    state.withLock { $0.kept = nil }
  }

  private func token() async throws -> Secret {
    let request = state.withLock { state -> Task<Secret, any Error> in
      if let kept = state.kept, .now < kept.end - Self.margin { return Task { kept.token } }
      if let request = state.request { return request }
      let request = Task { try await self.fetch() }
      state.request = request
      return request
    }
    return try await request.value
  }

  private func fetch() async throws -> Secret {
    defer { state.withLock { $0.request = nil } }
    try endpoint.requireSecure()
    let client = try HTTPConfiguration(endpoint: endpoint).makeClient { [app] in app.tokens }
    let outcome: Result<(token: Secret, lifetime: Duration), any Error>
    do { outcome = .success(try await answer(from: client)) } catch { outcome = .failure(error) }
    // What it ends with makes no difference to the answer.
    try? await client.shutdown()
    switch outcome {
    case .success(let answer):
      state.withLock { $0.kept = (answer.token, .now + answer.lifetime) }
      return answer.token
    case .failure(let error): throw HTTPFailure.explain(error, endpoint)
    }
  }

  private func answer(from client: HTTPClient) async throws -> (token: Secret, lifetime: Duration) {
    let date = now()
    let first = try await ask(client, at: date)
    guard first.status == .unauthorized, let server = first.date,
      abs(server.timeIntervalSince(date)) > 30
    else { return try first.token(for: app, endpoint) }
    // A clock that is wrong here is no reason not to write.
    return try await ask(client, at: server).token(for: app, endpoint)
  }

  private func ask(_ client: HTTPClient, at date: Date) async throws -> TokenAnswer {
    var request = HTTPClientRequest(url: app.tokens.description)
    request.method = .POST
    request.headers = [
      "Authorization": "Bearer \(try assertion(at: date))",
      "Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28",
      "User-Agent": endpoint.options.agent,
    ]
    let response = try await client.execute(request, timeout: Self.timeout)
    let body = try await response.body.collect(upTo: Self.mostBytes)
    return TokenAnswer(response, Array(body.readableBytesView))
  }

  private func assertion(at date: Date) throws -> String {
    do throws(RSASignature.KeyError) {
      return try AppAssertion(of: app, at: date).text
    } catch {
      let what =
        switch error {
        case .notRSA: "not an RSA key"
        case .unreadable: "not a PEM key without passphrase"
        }
      throw endpoint.error(
        .invalidConfiguration,
        "the GitHub App's key (privateKey) is \(what); take the .pem file that GitHub made for the App"
      )
    }
  }
}

extension TokenAnswer {
  /// The token in an answer, and how long it is good.
  ///
  /// - Throws: `TransportError` with GitHub's message.
  fileprivate func token(
    for app: GitHubApp, _ endpoint: Endpoint
  ) throws -> (token: Secret, lifetime: Duration) {
    guard status == .created else { throw failure(of: app, endpoint) }
    guard let content, !content.token.isEmpty else {
      throw endpoint.error(.protocolViolation, "GitHub answers without a token (201)")
    }
    // By GitHub's clock at both ends.
    let lifetime = content.end.map { $0.timeIntervalSince(date ?? Date()) } ?? Content.lifetime
    return (Secret(content.token), .seconds(max(0, lifetime)))
  }
}
