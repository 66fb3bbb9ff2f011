public import Logging

/// A Git repository elsewhere: its references, its objects, and one way to move a branch of it.
///
/// Speaks Git's smart protocol over http(s), ssh and a path (gitprotocol-pack(5), -http(5), -v2(5)). Connections
/// are kept and reused where the transport can. Any number of operations may run at once. Every operation ends
/// at its deadline (``TransportError/Code/timedOut``) and when its task is cancelled
/// (``TransportError/Code/cancelled``); sockets and child processes are gone by then.
public final class Remote: Sendable {
  /// Where the remote is.
  public let url: RemoteURL

  /// Describes a remote; nothing is contacted yet, so mistakes in `options` show at the first use.
  public init(
    url: RemoteURL, credentials: Credentials, options: TransportOptions, logger: Logger
  ) {
    self.url = url
  }

  /// Reads the references whose names begin with one of the prefixes; all of them for no prefixes.
  ///
  /// This is what readers see (`upload-pack`).
  public func references(
    withPrefix prefixes: [String], deadline: ContinuousClock.Instant
  ) async throws(TransportError) -> ReferenceAdvertisement {
    throw unwritten
  }

  /// Asks what the server offers to somebody who fetches; asked once, then remembered.
  public func fetchSupport(
    deadline: ContinuousClock.Instant
  ) async throws(TransportError) -> FetchSupport {
    throw unwritten
  }

  /// Fetches objects; `receive` is given the pack's bytes as they arrive, in order.
  ///
  /// - Throws: what `receive` throws, else a `TransportError`: ``TransportError/Code/unsupported`` before anything is
  ///   asked when the server does not offer the filter or depth of the request (doing with less is the caller's
  ///   decision; see ``fetchSupport(deadline:)``); ``TransportError/Code/objectNotFound`` when it does not hand out
  ///   one of the objects. After an error the bytes received are no whole pack.
  public func fetch(
    _ request: FetchRequest, deadline: ContinuousClock.Instant,
    receive: (ArraySlice<UInt8>) throws -> Void
  ) async throws -> FetchResult {
    throw unwritten
  }

  /// Reads what the remote advertises to somebody who pushes, and holds the connection for a push.
  public func openPush(
    deadline: ContinuousClock.Instant
  ) async throws(TransportError) -> PushConnection {
    throw unwritten
  }

  /// Lets go of idle connections; afterwards every operation fails.
  public func close() async {}

  private var unwritten: TransportError {
    TransportError(code: .unsupported, message: "not there yet", remote: url.description)
  }
}
