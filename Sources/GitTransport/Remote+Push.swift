extension Remote {
  /// Reads what the remote advertises to somebody who pushes, and holds the connection for a push.
  public func openPush(
    deadline: ContinuousClock.Instant
  ) async throws(TransportError) -> PushConnection {
    try await explained {
      switch wire {
      case .http(let transport):
        let greeting = try await greet(over: transport, .receivePack, deadline)
        return try PushConnection(remote: self, greeting: greeting, way: .http(transport))
      case .ssh, .path:
        guard var talk = try converse(with: .receivePack, until: deadline) else {
          throw ProtocolFailure.violation("no conversation over http")
        }
        let greeting = try await talk.exchange.run(
          until: deadline, waitingFor: "the references that the server advertises"
        ) { try await talk.greeting() }
        return try PushConnection(remote: self, greeting: greeting, way: .conversation(talk))
      }
    }
  }
}
