package import Foundation
package import Logging
internal import Manifests

/// The calls of the Kubernetes API that this program makes.
package struct KubernetesClient: Sendable {
  /// Limits on what a server can send and on how long it may take.
  package struct Limits: Sendable {
    /// The time of one request; a deadline that comes first counts.
    package var requestTime: Duration = .seconds(30)
    /// The largest answer.
    package var answerBytes = 128 << 20
    /// The largest event of a watch.
    package var eventBytes = 16 << 20
    /// The number of objects in one page of a list.
    package var pageSize = 500
    /// How often a request is sent until it is answered.
    package var attempts = 5

    package init() {}
  }

  let connection: APIConnection
  package let pacing: Pacing
  package let limits: Limits
  let logger: Logger

  /// Opens nothing yet; remarks on what a person should know about the access.
  ///
  /// - Parameters:
  ///   - agent: Name and version of this program, for the server's logs.
  ///   - environment: The environment for proxies.
  ///   - now: The time at which credentials expire or not.
  package init(
    _ access: ClusterAccess, agent: String, environment: [String: String], logger: Logger,
    limits: Limits = Limits(), pacing: Pacing = .real,
    now: @escaping @Sendable () -> Date = { Date() }
  ) {
    connection = APIConnection(access, environment: environment, agent: agent, now: now)
    self.pacing = pacing
    self.limits = limits
    self.logger = logger
    for remark in access.remarks { logger.warning("\(remark)") }
  }

  /// The server's address, for messages.
  package var server: String { connection.server }

  /// The namespace of the context or of the Pod.
  package var namespace: String? { connection.access.namespace }

  /// Sends a request until it is answered, or the server says no.
  ///
  /// A request that only reads is sent again after a failure of the server; any request after 429,
  /// which says that nothing was done.
  ///
  /// - Throws: The last failure.
  func send(
    _ request: APIRequest, deadline: ContinuousClock.Instant
  ) async throws(KubernetesError) -> Node {
    var backOff = BackOff()
    var attempt = 1
    while true {
      let failure: KubernetesError
      do throws(KubernetesError) {
        let limit = min(limits.requestTime, deadline - pacing.now())
        guard limit > .zero else { throw outOfTime(request) }
        return try await connection.answer(
          to: request, within: limit, mostBytes: limits.answerBytes)
      } catch {
        failure = error
      }
      let mayRepeat =
        failure.code == .throttled || (failure.isTransient && request.method == .get)
      let pause = backOff.pause(atLeast: failure.retryAfter, random: pacing.random())
      guard mayRepeat, attempt < limits.attempts, pacing.now() + pause < deadline else {
        throw failure
      }
      logger.debug("\(failure)", metadata: ["k8s.pause": "\(pause)"])
      attempt += 1
      do { try await pacing.sleep(pause) } catch { throw failure }
    }
  }

  private func outOfTime(_ request: APIRequest) -> KubernetesError {
    KubernetesError(
      .timedOut, "\(server): no time is left to \(request.verb) \(request.subject)")
  }
}
