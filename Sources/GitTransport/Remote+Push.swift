package import Git
import Synchronization

extension Remote {
  /// Reads what the remote advertises to somebody who pushes, and holds the connection for a push.
  package func openPush(
    deadline: ContinuousClock.Instant
  ) async throws(TransportError) -> PushConnection {
    try await explained {
      switch wire {
      case .http(let transport):
        let greeting = try await greet(over: transport, .receivePack, deadline)
        let connection = try PushConnection(
          remote: self, greeting: greeting, way: .http(transport))
        pushOffer.withLock { $0 = PushOffer(capabilities: greeting.capabilities.list) }
        return connection
      case .ssh, .path:
        let what = "the references that the server advertises"
        guard var talk = try await converse(with: .receivePack, until: deadline, what) else {
          throw ProtocolFailure.violation("no conversation over http")
        }
        let greeting = try await talk.exchange.run(until: deadline, waitingFor: what) {
          try await talk.greeting()
        }
        return try PushConnection(remote: self, greeting: greeting, way: .conversation(talk))
      }
    }
  }

  /// What the server offers to somebody who pushes over http, where it has said so already.
  package var knownPushOffer: PushOffer? { pushOffer.withLock { $0 } }

  /// A connection for a push onto what a reference is believed to name, of which the server is not
  /// asked first; `nil` where it speaks first in any case, over ssh and on a path.
  ///
  /// A push says what the reference must name, and the server refuses it where that is wrong: what
  /// is saved is a request (gitprotocol-http(5), "Smart Service git-receive-pack").
  ///
  /// - Parameters:
  ///   - name: The reference.
  ///   - id: What it named last.
  ///   - offer: What the server offered last.
  package func openPush(
    of name: String, believedAt id: ObjectID, offer: PushOffer
  ) -> PushConnection? {
    guard case .http(let transport) = wire else { return nil }
    let advertisement = ReferenceAdvertisement(
      references: [ReferenceName(name): id], capabilities: offer.capabilities)
    let greeting = ServerGreeting.references(advertisement, Capabilities(offer.capabilities))
    // Only a greeting of another version is refused here.
    return try? PushConnection(remote: self, greeting: greeting, way: .http(transport))
  }
}

/// What a server offers to somebody who pushes: it stays the same from one push to the next.
package struct PushOffer: Sendable, Hashable, Codable {
  /// The capabilities, as the server wrote them.
  package var capabilities: [String]
}
