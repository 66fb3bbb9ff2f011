/// A way to the two Git programs of a remote, `upload-pack` and `receive-pack`.
///
/// ``HTTPConnection`` goes over http(s), ``ProcessConnection`` over ssh or to a path. Methods may
/// throw any error; ``Remote`` converts them to `TransportError`.
protocol GitConnection: Sendable {
  /// What `upload-pack` has advertised so far.
  var known: AdvertisementCache { get }

  /// Asks `upload-pack` for its initial advertisement.
  func advertisement(until deadline: ContinuousClock.Instant) async throws -> InitialAdvertisement

  /// Reads the references that `upload-pack` shows.
  ///
  /// - Parameter prefixes: What the names must begin with, all references if empty. The server may
  ///   send more than that.
  func references(
    _ prefixes: [String], until deadline: ContinuousClock.Instant
  ) async throws -> ReferenceAdvertisement

  /// Fetches a pack and passes its bytes to `receive` as they arrive.
  ///
  /// - Returns: The number of bytes of the pack.
  func fetch(
    _ request: FetchRequest, until deadline: ContinuousClock.Instant,
    _ receive: (ArraySlice<UInt8>) throws -> Void
  ) async throws -> Int

  /// Asks `receive-pack` for its initial advertisement, and opens the transport of a push.
  func openPush(
    until deadline: ContinuousClock.Instant
  ) async throws -> (InitialAdvertisement, any PushTransport)

  /// A transport for a push without asking for the advertisement first; `nil` where the server
  /// always sends it first.
  func openPushWithoutAdvertisement() -> (any PushTransport)?

  /// How far the server's clock is ahead of this machine's, by its last answer; `nil` where its
  /// answers have no time.
  var clockOffset: Duration? { get }

  /// Closes idle connections, waiting for them at most until the deadline.
  func close(by deadline: ContinuousClock.Instant) async
}

extension GitConnection {
  var clockOffset: Duration? { nil }
}

/// An open way to `receive-pack`, good for one push.
protocol PushTransport: Sendable {
  /// Whether a `TransportError` is the server's answer to the push, as the status of an HTTP
  /// response is.
  var answersWithErrors: Bool { get }

  /// Begins the push.
  func begin(_ body: RequestBody) throws -> (task: TransferTask, answer: PacketStream)

  /// Sends the body where ``begin(_:)`` has not sent it.
  func send(_ body: RequestBody) async throws

  /// Leaves without a push.
  func close() async
}
