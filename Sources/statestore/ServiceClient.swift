import AsyncHTTPClient
import Foundation
import Landing
import Manifests
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// A client of a statestore service: sends requests, and sends them again while that is safe.
struct ServiceClient: Sendable {
  /// What the service answered.
  struct Answer {
    let status: Int
    let body: Node

    /// A text in the body.
    func string(_ pointer: String) -> String? { body.value(at: pointer)?.string }
  }

  let base: String
  let token: String?
  /// A file of certificate authorities to trust besides the system's.
  let authorities: String?
  let deadline: ContinuousClock.Instant

  private static let mostBytes = 256 << 20
  private static let longestPause: Duration = .seconds(2)

  /// How long there is still to wait.
  var remaining: Duration { max(.milliseconds(1), deadline - .now) }

  /// The client's own deadline comes first: it knows why no connection could be made.
  private static let patience: Duration = .milliseconds(500)

  /// Sends a request that may be sent twice without harm, until it is answered.
  ///
  /// - Parameter accepted: The statuses that are answers; others are failures.
  /// - Throws: `LandingError`.
  func send(
    _ method: HTTPMethod, _ path: String, body: String? = nil, accepted: Set<Int> = [200]
  ) async throws -> Answer {
    var pause: Duration = .milliseconds(100)
    while true {
      let failure: LandingError
      switch await attempt(method, path, body) {
      case .success(let answer) where accepted.contains(answer.status): return answer
      case .success(let answer):
        failure = self.failure(answer)
        // What is wrong with a request stays wrong.
        guard [429, 502, 503, 504].contains(answer.status) else { throw failure }
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
  ) async -> Result<Answer, LandingError> {
    do {
      return .success(
        try await withThrowingTaskGroup(of: Answer.self) { group in
          group.addTask { try await exchange(method, path, body) }
          // A service may begin to answer in time, and never end.
          group.addTask {
            try await Alarm.sleep(for: remaining + Self.patience)
            throw HTTPClientError.deadlineExceeded
          }
          defer { group.cancelAll() }
          guard let first = try await group.next() else { throw CancellationError() }
          return first
        })
    } catch {
      return .failure(error as? LandingError ?? failure(error))
    }
  }

  private func exchange(
    _ method: HTTPMethod, _ path: String, _ body: String?
  ) async throws -> Answer {
    let client = HTTPClient(
      eventLoopGroup: .singletonMultiThreadedEventLoopGroup, configuration: try configuration())
    let outcome: Result<Answer, any Error>
    do {
      outcome = .success(try await exchange(method, path, body, over: client))
    } catch {
      outcome = .failure(error)
    }
    // What cannot be closed is closed with the process.
    try? await client.shutdown()
    return try outcome.get()
  }

  private func exchange(
    _ method: HTTPMethod, _ path: String, _ body: String?, over client: HTTPClient
  ) async throws -> Answer {
    var request = HTTPClientRequest(url: base + path)
    request.method = method
    request.headers.add(name: "User-Agent", value: "statestore/\(Statestore.version)")
    if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
    if let body {
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(ByteBuffer(string: body))
    }
    let response = try await client.execute(request, timeout: TimeAmount(remaining))
    let bytes = try await response.body.collect(upTo: Self.mostBytes)
    return Answer(status: Int(response.status.code), body: try root(of: bytes))
  }

  private func root(of bytes: ByteBuffer) throws -> Node {
    do throws(ManifestError) {
      let file = try ManifestFile(parsing: Array(bytes.readableBytesView), name: base)
      return file.documents.first?.root ?? .null
    } catch {
      throw LandingError(
        .invalidConfiguration, "\(base) does not answer as a statestore service: \(error.message)")
    }
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
}

extension ServiceClient {
  /// What a problem that the service tells means, in the words of the command line.
  private func failure(_ answer: Answer) -> LandingError {
    let type = answer.string("/type") ?? ""
    let detail = answer.string("/detail") ?? "it answered \(answer.status)"
    let messages = answer.body["serverMessages"]?.sequence?.compactMap(\.string) ?? []
    return LandingError(
      Self.outcome(type, status: answer.status), "\(base): \(detail)", serverMessages: messages)
  }

  private static func outcome(_ type: String, status: Int) -> Outcome {
    if let outcome = Outcome(rawValue: type) { return outcome }
    switch type {
    case "forbidden": return .authenticationFailed
    case "stale-generation", "stale-version", "precondition-failed": return .rejected
    case "too-large": return .invalidInput
    default: return status >= 500 || status == 429 ? .unreachable : .invalidConfiguration
    }
  }

  /// What it means that there was no answer.
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
    default: LandingError(.unreachable, "\(base): cannot be reached: \(error)")
    }
  }

  private static let timeouts: [HTTPClientError] = [
    .connectTimeout, .deadlineExceeded, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout,
  ]
}
