internal import Foundation
package import Logging

/// Holds a Lease and acts while it does.
package struct Leadership: Sendable {
  /// Where the Lease is, and how it is held.
  package struct Settings: Sendable {
    package var namespace: String
    package var name: String
    /// Another one for each process: `HOST_UUID`.
    package var identity: String
    /// How long others wait after the last renewal.
    package var duration: Duration
    /// How long the holder acts without a renewal; shorter than `duration`, so that two never act.
    package var renewal: Duration
    /// How often it is renewed, or looked at.
    package var interval: Duration

    /// - Parameter host: The name of the machine or Pod.
    package init(
      namespace: String, name: String, host: String, duration: Duration = .seconds(10)
    ) {
      self.namespace = namespace
      self.name = name
      self.duration = duration
      renewal = duration * 0.6
      interval = duration * 0.2
      identity = "\(host)_\(UUID().uuidString)"
    }
  }

  /// What is known of the Lease after a look at it.
  package struct Standing: Sendable {
    /// Whether this process holds it.
    package var isHeld: Bool
    /// The machine or Pod that holds it, if that is known.
    package var holder: String?
    /// Why it could not be looked at.
    package var problem: KubernetesError?
  }

  private let client: KubernetesClient
  private let settings: Settings
  private let logger: Logger

  package init(_ client: KubernetesClient, _ settings: Settings, logger: Logger) {
    self.client = client
    self.settings = settings
    self.logger = logger
  }

  /// Waits for the Lease, and runs a body while it is held; again and again, until the task is cancelled.
  ///
  /// The body is cancelled when the Lease cannot be renewed in time. At the end the Lease is given back.
  ///
  /// - Parameters:
  ///   - changed: Called after each look at the Lease.
  ///   - body: What only one replica may do.
  package func run(
    changed: @escaping @Sendable (Standing) -> Void,
    _ body: @escaping @Sendable () async -> Void
  ) async {
    var election = LeaseElection(identity: settings.identity, duration: settings.duration)
    var acting: Task<Void, Never>?
    var renewed = ContinuousClock.now
    // Since the last success: a failure for want of time says less than the one before it.
    var failure: KubernetesError?
    while !Task.isCancelled {
      let asked = client.pacing.now()
      do throws(KubernetesError) {
        let patience = settings.renewal / 2
        let standing = try await take(
          &election,
          deadline: acting == nil
            ? asked + patience : min(asked + patience, renewed + settings.renewal))
        failure = nil
        changed(standing)
        if standing.isHeld {
          renewed = asked
          if acting == nil {
            logger.notice("this replica acts", metadata: ["lease": "\(settings.name)"])
            acting = Task { await body() }
          }
        } else if let former = acting {
          logger.warning("another replica acts", metadata: ["lease": "\(settings.name)"])
          acting = nil
          former.cancel()
          await former.value
        }
      } catch {
        if Task.isCancelled { break }
        if failure == nil || error.code != failure?.code && error.code != .timedOut {
          failure = error
          logger.warning("the Lease cannot be read: \(error)")
        }
        let problem = failure ?? error
        changed(Standing(isHeld: acting != nil, problem: problem))
        if client.pacing.now() - renewed >= settings.renewal, let former = acting {
          logger.error("the Lease could not be renewed: \(problem)")
          acting = nil
          changed(Standing(isHeld: false, problem: problem))
          former.cancel()
          await former.value
        }
      }
      // Cancelled: the loop ends.
      try? await client.pacing.sleep(settings.interval)
    }
    guard let former = acting else { return }
    former.cancel()
    await former.value
    await giveBack()
  }

  /// - Parameter deadline: For the holder at most the end of its renewal, so that it stops in time.
  private func take(
    _ election: inout LeaseElection, deadline: ContinuousClock.Instant
  ) async throws(KubernetesError) -> Standing {
    let lease = try await client.lease(
      settings.name, namespace: settings.namespace, deadline: deadline)
    switch election.step(lease, now: client.pacing.now(), date: Date()) {
    case .wait: return Standing(isHeld: false, holder: lease?.holder.map(Self.host))
    case .store(let lease):
      do throws(KubernetesError) {
        _ = try await client.store(
          lease, named: settings.name, namespace: settings.namespace, deadline: deadline)
        return Standing(isHeld: true, holder: Self.host(settings.identity))
      } catch {
        // Another replica was faster.
        if error.code == .conflict || error.code == .alreadyExists {
          return Standing(isHeld: false)
        }
        throw error
      }
    }
  }

  private static func host(_ identity: String) -> String {
    String(identity.prefix { $0 != "_" })
  }

  /// Lets the next replica begin at once.
  private func giveBack() async {
    let (client, settings) = (client, settings)
    // Not in the task that was cancelled.
    await Task.detached {
      let deadline = ContinuousClock.now + .seconds(2)
      guard
        var lease = try? await client.lease(
          settings.name, namespace: settings.namespace, deadline: deadline),
        lease.holder == settings.identity
      else { return }
      lease.holder = nil
      // What fails here only means that the next replica waits for the whole duration.
      _ = try? await client.store(
        lease, named: settings.name, namespace: settings.namespace, deadline: deadline)
    }.value
  }
}
