package import Logging
import Synchronization

/// A Git repository elsewhere: its references, its objects, and one way to move a branch of it.
///
/// Speaks Git's smart protocol over http(s), ssh and a path (gitprotocol-pack(5), -http(5),
/// -v2(5)). Connections are kept and reused where the transport can. Any number of operations may
/// run at once. Every operation ends at its deadline (``TransportError/Code/timedOut``) and when
/// its task is cancelled (``TransportError/Code/cancelled``); its sockets and child processes are
/// gone by then.
package final class Remote: Sendable {
  /// Where the remote is.
  package let url: RemoteURL

  let wire: Wire
  let options: TransportOptions
  let credentials: Credentials
  let held = HeldConnection()
  private let greeting = Mutex<ServerGreeting?>(nil)
  let pushOffer = Mutex<PushOffer?>(nil)

  /// Describes a remote.
  ///
  /// Nothing is contacted or read yet, so mistakes in `options` show at the first use.
  package init(
    url: RemoteURL, credentials: Credentials, options: TransportOptions, logger: Logger
  ) {
    self.url = url
    self.options = options
    self.credentials = credentials
    self.wire =
      switch url.scheme {
      case .http, .https:
        .http(
          HTTPTransport(remote: url, credentials: credentials, options: options, logger: logger))
      case .ssh: .ssh(SecureShell(remote: url, credentials: credentials, options: options))
      case .file: .path(LocalRepository(remote: url, options: options))
      }
  }

  /// Reads the references whose names begin with one of the prefixes; all of them for no prefixes.
  ///
  /// This is what readers see (`upload-pack`). Over http to a server of protocol version 2 it is
  /// one request and one answer.
  package func references(
    withPrefix prefixes: [String], deadline: ContinuousClock.Instant
  ) async throws(TransportError) -> ReferenceAdvertisement {
    try await explained {
      switch wire {
      case .http(let transport):
        try await references(over: transport, prefixes, deadline)
      case .ssh, .path:
        try await conversation(.uploadPack, until: deadline, "the references") { talk in
          let greeting = try await talk.greeting(self)
          return try await talk.references(prefixes, after: greeting, agent: options.agent)
        }
      }
    }.keeping(prefixes: prefixes)
  }

  /// Asks what the server offers to somebody who fetches; asked once, then remembered.
  package func fetchSupport(
    deadline: ContinuousClock.Instant
  ) async throws(TransportError) -> FetchSupport {
    try await explained {
      if let known { return FetchSupport(known) }
      switch wire {
      case .http(let transport):
        return FetchSupport(try await greet(over: transport, .uploadPack, deadline))
      case .ssh, .path:
        return try await conversation(.uploadPack, until: deadline, "what the server offers") {
          FetchSupport(try await $0.greeting(self))
        }
      }
    }
  }

  /// What the server offers to somebody who fetches, where it has said so already.
  package var knownFetchSupport: FetchSupport? { known.map { FetchSupport($0) } }

  /// Lets go of idle connections; afterwards every operation over http fails.
  package func close() async {
    if case .http(let transport) = wire { transport.close() }
    guard let holder = held.release() else { return }
    holder.outgoing.post(PacketLine.flushBytes)
    await holder.leave(by: .now + .seconds(2))
  }

  /// What the server said first, if it did so yet.
  var known: ServerGreeting? { greeting.withLock { $0 } }

  func remember(_ new: ServerGreeting) {
    // References change; what the server can do does not.
    let kept: ServerGreeting =
      switch new {
      case .references(_, let capabilities): .references(ReferenceAdvertisement(), capabilities)
      case .version2: new
      }
    greeting.withLock { $0 = kept }
  }

  /// Says every error in the words of `TransportError`.
  func explained<Value>(
    _ body: () async throws -> Value
  ) async throws(TransportError) -> Value {
    do { return try await body() } catch {
      var error = transportError(error)
      error.serverMessages = credentials.striking(error.serverMessages)
      throw error
    }
  }

  func transportError(_ error: any Error) -> TransportError {
    switch error {
    case let error as TransportError: error
    case let error as ProtocolFailure: error.transportError(remote: url)
    case is CancellationError:
      TransportError(code: .cancelled, message: "cancelled", remote: url.description)
    default:
      TransportError(
        code: .connectionClosed, message: "the exchange failed: \(type(of: error))",
        remote: url.description)
    }
  }
}
