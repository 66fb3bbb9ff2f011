import AsyncHTTPClient
import Foundation
import GitTransport
import Landing
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// A client of a statestore service; it repeats requests while that is safe.
package struct ServiceClient: Sendable {
  let base: String
  private let token: String?
  /// A file of certificate authorities to trust besides the system's.
  private let authorities: String?
  private let deadline: ContinuousClock.Instant

  init(base: String, token: String?, authorities: String?, deadline: ContinuousClock.Instant) {
    self.base = base
    self.token = token
    self.authorities = authorities
    self.deadline = deadline
  }

  /// The same client with another deadline.
  func until(_ deadline: ContinuousClock.Instant) -> ServiceClient {
    ServiceClient(base: base, token: token, authorities: authorities, deadline: deadline)
  }

  private static let mostBytes = 256 << 20
  private static let longestPause: Duration = .seconds(2)

  /// The time until the deadline.
  var remaining: Duration { max(.milliseconds(1), deadline - .now) }

  /// How long after the deadline an attempt is abandoned: the HTTP client's own timeout comes first, as
  /// it knows why no connection could be made.
  private static let patience: Duration = .milliseconds(500)

  /// Sends an idempotent request until it is answered.
  ///
  /// - Parameter accepted: The statuses that are answers; others are failures.
  /// - Throws: `LandingError`.
  func send(
    _ method: HTTPMethod, _ path: String, body: String? = nil, accepted: Set<Int> = [200]
  ) async throws -> ServiceAnswer {
    var pause: Duration = .milliseconds(100)
    while true {
      let failure: LandingError
      switch await attempt(method, path, body) {
      case .success(let answer) where accepted.contains(answer.status): return answer
      case .success(let answer):
        failure = answer.failure
        guard answer.isTemporaryFailure else { throw failure }
      case .failure(let error):
        failure = error
        guard error.outcome == .unreachable else { throw failure }
      }
      guard ContinuousClock.now + pause < deadline else { throw failure }
      try await Task.sleep(for: pause * Double.random(in: 0.5...1))
      pause = min(pause * 2, Self.longestPause)
    }
  }

  private func attempt(
    _ method: HTTPMethod, _ path: String, _ body: String?
  ) async -> Result<ServiceAnswer, LandingError> {
    do {
      return .success(
        try await withThrowingTaskGroup(of: ServiceAnswer.self) { group in
          group.addTask { try await exchange(method, path, body) }
          // A service may begin to answer in time, and never end.
          group.addTask {
            try await CancellableTimer.sleep(for: remaining + Self.patience)
            throw HTTPClientError.deadlineExceeded
          }
          defer { group.cancelAll() }
          guard let first = try await group.next() else { throw CancellationError() }
          return first
        })
    } catch {
      return .failure(failure(error))
    }
  }

  private func exchange(
    _ method: HTTPMethod, _ path: String, _ body: String?
  ) async throws -> ServiceAnswer {
    let client = HTTPClient(
      eventLoopGroup: .singletonMultiThreadedEventLoopGroup, configuration: try configuration())
    let outcome: Result<ServiceAnswer, any Error>
    do {
      outcome = .success(try await exchange(method, path, body, over: client))
    } catch {
      outcome = .failure(error)
    }
    // A connection that cannot be closed is closed with the process.
    try? await client.shutdown()
    return try outcome.get()
  }

  private func exchange(
    _ method: HTTPMethod, _ path: String, _ body: String?, over client: HTTPClient
  ) async throws -> ServiceAnswer {
    var request = HTTPClientRequest(url: base + path)
    request.method = method
    request.headers.add(name: "User-Agent", value: "statestore/\(Program.version)")
    if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
    if let body {
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(ByteBuffer(string: body))
    }
    let response = try await client.execute(request, timeout: TimeAmount(remaining))
    let bytes = try await response.body.collect(upTo: Self.mostBytes)
    return ServiceAnswer(
      base: base, status: Int(response.status.code), body: Array(bytes.readableBytesView))
  }

  private func configuration() throws -> HTTPClient.Configuration {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    if let authorities { tls.additionalTrustRoots = [.file(authorities)] }
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: tls, redirectConfiguration: .disallow,
      timeout: .init(connect: .seconds(10)))
    configuration.httpVersion = .http1Only
    return configuration
  }

  /// The failure of a request that was not answered.
  private func failure(_ error: any Error) -> LandingError {
    switch error {
    case let error as HTTPClientError where Self.timeouts.contains(error):
      LandingError(
        .timedOut, "\(base): no answer before the time was up; run it again: that is safe")
    case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
      LandingError(
        .authenticationFailed,
        "\(base): its certificate cannot be trusted: \(error); give --ca-file")
    case is CancellationError: LandingError(.timedOut, "\(base): cancelled")
    case let error as IOError:
      LandingError(.unreachable, "\(base): cannot be reached: \(HTTPFailure.reason(error))")
    default: LandingError(.unreachable, "\(base): cannot be reached: \(error)")
    }
  }

  private static let timeouts: [HTTPClientError] = [
    .connectTimeout, .deadlineExceeded, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout,
  ]
}
