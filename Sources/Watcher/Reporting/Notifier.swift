internal import AsyncHTTPClient
internal import Digests
internal import Foundation
package import KubernetesAPI
package import Logging
internal import NIOCore
internal import NIOHTTP1
internal import Support
internal import Synchronization

/// Posts each change of a verdict to an address.
///
/// Judging never waits for it: what is to be sent is kept in memory, and when that is too much the oldest
/// is dropped and counted.
package final class Notifier: Sendable {
  /// Where it posts to.
  package struct Target: Sendable {
    /// The address, which may be a secret itself: it is never logged.
    fileprivate let address: @Sendable () -> String
    /// What the body is signed with; `nil` for no signature.
    fileprivate let secret: (@Sendable () -> String)?

    package init(
      address: @escaping @Sendable () -> String, secret: (@Sendable () -> String)?
    ) {
      self.address = address
      self.secret = secret
    }
  }

  private static let mostWaiting = 1000
  private static let attempts = 6
  private static let patience: TimeAmount = .seconds(10)

  private let target: Target
  private let telemetry: WatchTelemetry
  private let pacing: Pacing
  private let logger: Logger
  private let (changes, change) = AsyncStream.makeStream(
    of: VerdictChange.self, bufferingPolicy: .bufferingNewest(mostWaiting))

  package init(
    _ target: Target, telemetry: WatchTelemetry, pacing: Pacing = .real, logger: Logger
  ) {
    self.target = target
    self.telemetry = telemetry
    self.pacing = pacing
    self.logger = logger
  }

  /// Sends a change, some time.
  func send(_ new: VerdictChange) {
    if case .dropped = change.yield(new) { telemetry.notified("dropped") }
  }

  /// Sends what there is to send, one after the other, until the task is cancelled.
  package func run() async {
    for await change in changes { await post(change) }
  }

  private func post(_ change: VerdictChange) async {
    var backOff = BackOff(first: .seconds(1))
    for attempt in 1...Self.attempts {
      let answer = await answer(to: change)
      if Task.isCancelled { return }
      switch answer {
      case .success(200..<300): return telemetry.notified("sent")
      case .success(let status) where status != 429 && status < 500:
        telemetry.notified("refused")
        logger.error(
          "a notification was refused", metadata: ["http.response.status_code": "\(status)"])
        return
      case .success, .failure:
        guard attempt < Self.attempts else { break }
        // Cancelled: the loop ends.
        try? await pacing.sleep(backOff.pause(atLeast: nil, random: pacing.random()))
      }
    }
    telemetry.notified("failed")
    logger.error("a notification could not be sent in \(Self.attempts) attempts")
  }

  /// - Returns: The HTTP status.
  private func answer(to change: VerdictChange) async -> Result<UInt, any Error> {
    let body = change.json
    var request = HTTPClientRequest(url: target.address())
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json")
    request.headers.add(name: "User-Agent", value: "statestore")
    if let secret = target.secret?() {
      let code = Digest.hmacSHA256(of: Array(body.utf8), key: secret.utf8).hexadecimal
      request.headers.add(name: "X-Hub-Signature-256", value: "sha256=\(code)")
    }
    request.body = .bytes(ByteBuffer(string: body))
    do {
      let answer = try await Self.client.execute(request, timeout: Self.patience)
      return .success(answer.status.code)
    } catch {
      return .failure(error)
    }
  }

  private static let client: HTTPClient = {
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }()
}
