import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// A repository behind Git's smart HTTP (gitprotocol-http(5)), with one pool of connections.
final class HTTPTransport: Sendable {
  private struct State {
    var client: HTTPClient?
    var isClosed = false
    /// Until then each request gets a new connection.
    var opensNewConnectionsUntil: ContinuousClock.Instant?
    /// The `Date` of the last answer (RFC 9110, 6.6.1), and when it arrived.
    var lastAnswer: (header: String, date: Date)?
  }

  /// The address to which the server has redirected the first request; the others go there too.
  private final class Base: Sendable {
    private let current: Mutex<RemoteURL>

    init(_ url: RemoteURL) { current = Mutex(url) }

    var url: RemoteURL {
      get { current.withLock { $0 } }
      set { current.withLock { $0 = newValue } }
    }
  }

  private let endpoint: Endpoint
  private let logger: Logger
  private let base: Base
  private let state = Mutex(State())

  init(_ endpoint: Endpoint, logger: Logger) {
    self.endpoint = endpoint
    self.logger = logger
    self.base = Base(endpoint.url)
  }

  deinit {
    // AsyncHTTPClient traps if it is released while open; a forgotten close() must not end the
    // process.
    if let client = state.withLock({ $0.client }) { client.shutdown { _ in } }
  }

  func close() {
    let client = state.withLock { state in
      state.isClosed = true
      defer { state.client = nil }
      return state.client
    }
    // Not waited for: a handshake with a silent server ends only at its own time limit.
    client?.shutdown { _ in }
  }

  /// How far the server's clock is ahead of this machine's.
  var clockOffset: Duration? {
    guard let answer = state.withLock({ $0.lastAnswer }),
      let date = HTTPFailure.date(answer.header)
    else { return nil }
    return .seconds(date.timeIntervalSince(answer.date).rounded())
  }

  /// Begins a request; the body of a successful response arrives in the task's incoming channel.
  func begin(_ call: HTTPCall) throws(TransportError) -> TransferTask {
    let client = try client()
    let proxy = try ProxyInUse(for: endpoint.url, environment: endpoint.options.environment)
    let task = TransferTask(endpoint, proxy: proxy?.description)
    let incoming = task.incoming
    task.start { [self] in
      do {
        let response = try await open(call, client)
        for try await buffer in response.body {
          guard await incoming.send(Array(buffer.readableBytesView)) else { return }
        }
        incoming.finish()
      } catch {
        let failure = HTTPFailure.explain(error, endpoint)
        incoming.fail(proxy?.explain(failure, cause: error) ?? failure)
      }
    }
    return task
  }

  private func open(_ call: HTTPCall, _ client: HTTPClient) async throws -> HTTPClientResponse {
    var redirects = 0
    var hasNewToken = false
    while true {
      let credentials = try await endpoint.credentialsOfRequest()
      let request = try request(call, base.url, credentials)
      logger.debug(
        "git http request",
        metadata: ["http.method": "\(request.method)", "http.url": "\(request.url)"])
      let response: HTTPClientResponse
      do {
        response = try await client.execute(request, deadline: .distantFuture)
      } catch {
        // Some servers close a connection after an answer without announcing it. A request that
        // reuses it just then is lost, and so would be the next one.
        state.withLock { $0.opensNewConnectionsUntil = .now + .seconds(60) }
        throw error
      }
      if let header = response.headers.first(name: "Date") {
        state.withLock { $0.lastAnswer = (header, Date()) }
      }
      if call.body == nil, (300..<400).contains(response.status.code) {
        redirects += 1
        let target = try HTTPRedirect(
          from: base.url,
          hasCredentials: endpoint.credentials != .none
            || endpoint.options.clientCertificate != nil,
          options: endpoint.options
        ).target(response, service: call.service, count: redirects)
        base.url = target
        continue
      }
      if response.status == .unauthorized, let tokens = endpoint.tokens, !hasNewToken {
        hasNewToken = true
        tokens.drop(credentials)
        continue
      }
      try await HTTPFailure.check(
        response, call: call, endpoint)
      return response
    }
  }

  private func request(
    _ call: HTTPCall, _ base: RemoteURL, _ credentials: Credentials
  ) throws(TransportError) -> HTTPClientRequest {
    let url = base.description
    let name = "git-\(call.service.rawValue)"
    var request = HTTPClientRequest(
      url: call.body == nil ? "\(url)/info/refs?service=\(name)" : "\(url)/\(name)")
    // Some forges look for "git/" to tell Git from a browser.
    request.headers.add(name: "User-Agent", value: "git/2.0 (\(endpoint.options.agent))")
    request.headers.add(name: "Accept-Encoding", value: "identity")
    if opensNewConnections { request.headers.add(name: "Connection", value: "close") }
    if call.version2 { request.headers.add(name: "Git-Protocol", value: "version=2") }
    if let value = try authorization(credentials) {
      request.headers.add(name: "Authorization", value: value)
    }
    if let body = call.body {
      request.method = .POST
      request.headers.add(name: "Content-Type", value: "application/x-\(name)-request")
      request.headers.add(name: "Accept", value: "application/x-\(name)-result")
      request.body = .stream(body, length: body.count.map { .known(Int64($0)) } ?? .unknown)
    }
    return request
  }

  private var opensNewConnections: Bool {
    state.withLock { $0.opensNewConnectionsUntil.map { .now < $0 } ?? false }
  }

  private func authorization(_ credentials: Credentials) throws(TransportError) -> String? {
    func invalid(_ message: String) -> TransportError {
      endpoint.error(.invalidConfiguration, message)
    }
    switch credentials {
    case .none, .githubApp: return nil
    case .ssh:
      throw invalid("an http(s) remote takes a user name and password or a token, not an ssh key")
    case .basic(let username, let password):
      guard !username.unicodeScalars.contains(":") else {
        throw invalid("the user name contains a colon")
      }
      return "Basic " + Data("\(username):\(password.revealed)".utf8).base64EncodedString()
    case .bearer(let token):
      guard !token.isEmpty, token.revealed.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
        throw invalid("the token is empty or has characters that no token has")
      }
      return "Bearer " + token.revealed
    }
  }

  private func client() throws(TransportError) -> HTTPClient {
    if let client = state.withLock({ $0.client }) { return client }
    try endpoint.requireSecure()
    return try state.withLock { state throws(TransportError) in
      guard !state.isClosed else {
        throw endpoint.error(.cancelled, "the remote was closed")
      }
      if let client = state.client { return client }
      let client = try HTTPConfiguration(endpoint: endpoint).makeClient { [base] in base.url }
      state.client = client
      return client
    }
  }
}
