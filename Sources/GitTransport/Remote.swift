import AsyncHTTPClient
package import Git
package import Logging
import Synchronization

/// A Git repository elsewhere: reads its references, fetches objects, and pushes to a branch.
///
/// Uses Git's smart protocol over http(s), over ssh or on a path (gitprotocol-pack(5), -http(5),
/// -v2(5)). Connections are kept and reused where possible. Any number of operations may run at
/// once. Every operation ends at its deadline (``TransportError/Code/timedOut``) and when its task
/// is cancelled (``TransportError/Code/cancelled``); its sockets are closed and its child processes
/// have ended by then.
package final class Remote: Sendable {
  /// The address of the remote.
  package let url: RemoteURL

  private let endpoint: Endpoint
  let connection: any GitConnection
  private let pushOffer = Mutex<PushOffer?>(nil)

  /// Nothing is contacted or read yet, so mistakes in `options` show at the first use.
  package init(
    url: RemoteURL, credentials: Credentials, options: TransportOptions, logger: Logger
  ) {
    self.url = url
    var endpoint = Endpoint(url: url, credentials: credentials, options: options)
    if case .githubApp(let app) = credentials {
      endpoint.tokens = InstallationTokens(app, options: options)
    }
    self.endpoint = endpoint
    switch url.scheme {
    case .http, .https: connection = HTTPConnection(endpoint, logger: logger)
    case .ssh:
      let known = AdvertisementCache()
      connection = ProcessConnection(
        endpoint: endpoint, programs: SSHPrograms(endpoint, known: known), known: known)
    case .file: connection = LocalConnection(endpoint)
    }
  }

  /// Starts the event loops of the HTTP client before they are needed.
  ///
  /// The first client of a process costs some milliseconds that are not part of any request.
  package static func warmUp() {
    _ = HTTPClient.shared
  }

  /// Closes idle connections; afterwards every operation over http fails.
  package func close() async { await connection.close(by: .now + .seconds(2)) }

  /// Refuses plain http to another machine, as every operation does, before anything is contacted.
  package func requireSecure() throws(TransportError) { try endpoint.requireSecure() }

  /// How far the server's clock is ahead of this machine's, by its last answer over http(s); `nil`
  /// over ssh, on a path, and before the first answer.
  package var clockOffset: Duration? { connection.clockOffset }

  /// The certificate that an https server shows, trusted or not; nothing is sent to it.
  ///
  /// - Returns: `nil` where the way to the remote has none.
  package func certificate(
    deadline: ContinuousClock.Instant
  ) async throws(TransportError) -> ServerCertificate? {
    guard url.scheme == .https else { return nil }
    return try await endpoint.convertingErrors {
      try await CertificateLook(endpoint: endpoint).certificate(until: deadline)
    }
  }

  /// A keyed digest of the credentials, to compare them without revealing them.
  ///
  /// Two remotes with the same address and digest are the same to the server.
  package func credentialsDigest(key: [UInt8]) -> [UInt8] { endpoint.credentials.digest(key: key) }
}

// MARK: Reading

extension Remote {
  /// Reads the references whose names begin with one of the prefixes; all of them for no prefixes.
  ///
  /// These are the references that `upload-pack` shows. Over http to a server of protocol version
  /// 2 this takes one request.
  package func references(
    withPrefix prefixes: [String], deadline: ContinuousClock.Instant
  ) async throws(TransportError) -> ReferenceAdvertisement {
    try await endpoint.convertingErrors {
      try await connection.references(prefixes, until: deadline)
    }.keeping(prefixes: prefixes)
  }

  /// Asks what the server offers for a fetch; asked once, then remembered.
  package func fetchSupport(
    deadline: ContinuousClock.Instant
  ) async throws(TransportError) -> FetchSupport {
    if let knownFetchSupport { return knownFetchSupport }
    return try await endpoint.convertingErrors {
      FetchSupport(try await connection.advertisement(until: deadline))
    }
  }

  /// What the server offers for a fetch, if it has been asked already.
  package var knownFetchSupport: FetchSupport? { connection.known.value.map { FetchSupport($0) } }

  /// Fetches objects, and passes the bytes of the pack to `receive` in order as they arrive.
  ///
  /// What a filter yields, tried on git 2.39 over http, ssh and a path:
  ///
  /// - A commit with `treeDepth(0)` is the commit alone, with `treeDepth(1)` its root tree as well,
  ///   with `treeDepth(n)` every tree and blob down to level n, where level 1 is the root tree
  ///   itself.
  /// - A tree with `treeDepth(0)` is exactly that tree, with `treeDepth(n)` the tree and n levels
  ///   of entries below it, blobs of those levels included. Several trees may be wanted at once.
  /// - Blobs come exactly when wanted; no filter is needed.
  /// - The order of wants matters when one contains another. The inner one must come first: then it
  ///   comes whole, with levels of its own. Wanted after the one that contains it, it counts as
  ///   reached from there, and the filter may leave it out silently, even at `treeDepth(0)`.
  ///   So put blobs before trees and deeper trees before shallower ones, and check what came:
  ///   equal trees can be in two places. What is missing comes when it is wanted alone.
  /// - `depth` matters for commits only. With trees and blobs leave it out.
  ///
  /// Any object can be wanted by id in protocol version 2, whatever the server's configuration, and
  /// in version 0 over http (git's own server does not check, though it does not say so). Version 0
  /// over ssh needs `uploadpack.allowAnySHA1InWant`. Filters need `uploadpack.allowFilter` in
  /// either version.
  ///
  /// - Returns: The number of bytes of the pack.
  /// - Throws: What `receive` throws, else a `TransportError`: ``TransportError/Code/unsupported``
  ///   before anything is requested when the server does not offer the filter or depth of the
  ///   request (whether to do with less is the caller's decision; see ``fetchSupport(deadline:)``);
  ///   ``TransportError/Code/objectNotFound`` when it does not send one of the objects. After an
  ///   error the bytes received are not a whole pack.
  package func fetch(
    _ request: FetchRequest, deadline: ContinuousClock.Instant,
    receive: (ArraySlice<UInt8>) throws -> Void
  ) async throws -> Int {
    do {
      guard !request.wants.isEmpty || request.reference != nil else {
        throw ProtocolFailure(code: .unsupported, message: "nothing is asked for")
      }
      return try await connection.fetch(request, until: deadline, receive)
    } catch let failure as ProtocolFailure {
      throw endpoint.redacted(failure.transportError(remote: url))
    } catch let error as TransportError {
      throw endpoint.redacted(error)
    }
  }
}

// MARK: Pushing

extension Remote {
  /// Reads what the remote advertises for a push, and keeps the connection open for the push.
  package func openPush(
    deadline: ContinuousClock.Instant
  ) async throws(TransportError) -> PushConnection {
    try await endpoint.convertingErrors {
      let (advertisement, transport) = try await connection.openPush(until: deadline)
      let push = try PushConnection(endpoint, advertisement, transport)
      if connection.openPushWithoutAdvertisement() != nil {
        pushOffer.withLock { $0 = PushOffer(capabilities: advertisement.capabilities.list) }
      }
      return push
    }
  }

  /// What the server offered for the last push over http, if there was one.
  package var knownPushOffer: PushOffer? { pushOffer.withLock { $0 } }

  /// A connection for a push that expects a reference at an object, without asking the server
  /// first; `nil` over ssh and on a path, where the server sends its advertisement in any case.
  ///
  /// A push names the object that the reference must have, and the server refuses it if it has
  /// another: this saves a request (gitprotocol-http(5), "Smart Service git-receive-pack").
  ///
  /// - Parameters:
  ///   - name: The reference.
  ///   - id: The object that it named last.
  ///   - offer: What the server offered last.
  package func openPush(
    of name: String, believedAt id: ObjectID, offer: PushOffer
  ) -> PushConnection? {
    guard let transport = connection.openPushWithoutAdvertisement() else { return nil }
    let references = ReferenceAdvertisement(
      references: [ReferenceName(name): id], capabilities: offer.capabilities)
    // Only a version 2 advertisement is refused here.
    return try? PushConnection(
      endpoint, .references(references, Capabilities(offer.capabilities)), transport)
  }
}

/// What a server offers for pushes, which is the same from one push to the next.
package struct PushOffer: Sendable, Hashable, Codable {
  /// The capabilities, as the server wrote them.
  package var capabilities: [String]
}
