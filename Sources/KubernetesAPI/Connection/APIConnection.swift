internal import AsyncHTTPClient
internal import Foundation
internal import GitTransport
internal import Manifests
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// Sends requests to one API server, with the credentials of the moment.
final class APIConnection: Sendable {
  private struct Open {
    let client: HTTPClient
    let certificate: ClusterAccess.ClientCertificate?
    let proxy: String?
  }

  let access: ClusterAccess
  private let environment: [String: String]
  private let agent: String
  private let credentials: CredentialStore
  private let open = Mutex<Open?>(nil)

  init(
    _ access: ClusterAccess, environment: [String: String], agent: String,
    now: @escaping @Sendable () -> Date
  ) {
    self.access = access
    self.environment = environment
    self.agent = agent
    credentials = CredentialStore(access, now: now)
  }

  deinit {
    // AsyncHTTPClient traps if it is released while open.
    if let client = open.withLock({ $0?.client }) { client.shutdown { _ in } }
  }

  /// The server's address, for messages.
  var server: String { access.server.description }

  /// The whole answer to a request.
  ///
  /// - Parameter mostBytes: The largest answer that is taken.
  /// - Throws: `KubernetesError`, also for every status but 2xx.
  func answer(
    to request: APIRequest, within limit: Duration, mostBytes: Int
  ) async throws(KubernetesError) -> Node {
    let bytes = try await limited(limit) { [self] in
      let response = try await response(to: request)
      return Array(try await response.body.collect(upTo: mostBytes).readableBytesView)
    }
    do throws(ManifestError) {
      return try JSONReader.node(of: bytes, name: "\(server)\(request.path)")
    } catch {
      throw KubernetesError(.malformed, "the answer is not JSON of the Kubernetes API: \(error)")
    }
  }

  /// The body of an answer that goes on, piece by piece, once its head has come.
  ///
  /// - Throws: `KubernetesError`, also for every status but 2xx.
  func stream(
    of request: APIRequest, headWithin limit: Duration
  ) async throws(KubernetesError) -> HTTPClientResponse.Body {
    try await limited(limit) { [self] in try await response(to: request).body }
  }

  /// What an error of reading a body means.
  func failure(_ error: any Error) -> KubernetesError {
    ConnectionFailure.error(error, server: server, proxy: open.withLock { $0?.proxy })
  }

  private func limited<Value: Sendable>(
    _ limit: Duration, _ body: @escaping @Sendable () async throws -> Value
  ) async throws(KubernetesError) -> Value {
    do {
      return try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await body() }
        group.addTask {
          try await Task.sleep(for: max(.zero, limit))
          throw HTTPClientError.deadlineExceeded
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw CancellationError() }
        return first
      }
    } catch {
      throw failure(error)
    }
  }

  /// A successful response; credentials that are not accepted are renewed once.
  private func response(to request: APIRequest) async throws -> HTTPClientResponse {
    let credential = try await credentials.current()
    var response = try await exchange(request, credential)
    if response.status == .unauthorized, try await credentials.replace(credential) {
      response = try await exchange(request, try await credentials.current())
    }
    guard (200..<300).contains(response.status.code) else { throw await failure(request, response) }
    return response
  }

  private func exchange(
    _ request: APIRequest, _ credential: PresentedCredential
  ) async throws -> HTTPClientResponse {
    var message = HTTPClientRequest(url: base + request.target)
    message.method = HTTPMethod(rawValue: request.method.rawValue)
    message.headers.add(name: "User-Agent", value: agent)
    message.headers.add(name: "Accept", value: "application/json")
    if let authorization = credential.authorization {
      message.headers.add(name: "Authorization", value: authorization.revealed)
    }
    if let body = request.body {
      message.headers.add(name: "Content-Type", value: request.contentType)
      message.body = .bytes(ByteBuffer(string: JSONWriter().text(of: body)))
    }
    return try await client(with: credential.certificate).execute(message, deadline: .distantFuture)
  }

  /// The failure that an answer says; its body is read for that, as far as it comes.
  private func failure(
    _ request: APIRequest, _ response: HTTPClientResponse
  ) async -> KubernetesError {
    // Without a body the status still says what is wrong.
    let body = (try? await response.body.collect(upTo: 1 << 20)).map { Array($0.readableBytesView) }
    return AnswerFailure(
      of: request, server: server, status: Int(response.status.code), body: body ?? [],
      retryAfter: response.headers.first(name: "Retry-After").flatMap {
        HTTPFailure.retryAfter($0, now: Date())
      }
    ).error
  }

  /// The address with the name that the certificate is to have.
  private var base: String {
    guard let name = access.serverName else { return server }
    let port = access.server.port.map { ":\($0)" } ?? ""
    return "https://\(name)\(port)\(access.server.path)"
  }

  private func client(
    with certificate: ClusterAccess.ClientCertificate?
  ) throws(KubernetesError) -> HTTPClient {
    let known = open.withLock { $0?.certificate == certificate ? $0 : nil }
    if let known { return known.client }
    let settings = ConnectionConfiguration(
      access: access, certificate: certificate, environment: environment)
    let proxy = try settings.proxy().map { "the proxy \($0)" }
    let configuration = try settings.make()
    return open.withLock { open in
      if let open, open.certificate == certificate { return open.client }
      // What is still under way with the old certificate is made again by its caller.
      open?.client.shutdown { _ in }
      let client = HTTPClient(
        eventLoopGroupProvider: .singleton, configuration: configuration)
      open = Open(client: client, certificate: certificate, proxy: proxy)
      return client
    }
  }
}
