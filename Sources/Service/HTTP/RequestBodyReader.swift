internal import HTTPTypes
internal import Hummingbird
internal import Landing
internal import NIOCore
internal import NIOHTTP1
internal import ServiceLifecycle

/// Reads bodies, of which none may be too large or take too long.
struct RequestBodyReader: Sendable {
  /// How many bytes a body may have.
  var mostBytes = 16 << 20
  /// How many bytes the files in it may have when they are unpacked: a small body can hold large ones.
  var mostContentBytes: Int { mostBytes * 2 }
  /// How long a client may take to send it.
  var longest: Duration = .seconds(30)
  /// How long a client still has when the service stops.
  private static let patience: Duration = .seconds(2)

  /// The whole body.
  ///
  /// - Throws: `Problem` with 413 or 408.
  func bytes(of request: Request, on channel: any Channel) async throws -> [UInt8] {
    if let length = request.headers[.contentLength].flatMap(Int.init), length > mostBytes {
      throw Problem.tooLarge
    }
    if request.headers[.expect]?.lowercased() == "100-continue" { Self.invite(on: channel) }
    let (mostBytes, longest) = (mostBytes, longest)
    return try await withThrowingTaskGroup(of: [UInt8].self) { group in
      group.addTask {
        var request = request
        do {
          return Array(buffer: try await request.collectBody(upTo: mostBytes))
        } catch let error where !(error is NIOTooManyBytesError || error is CancellationError) {
          throw Problem.invalid("the body cannot be read: \(error); nothing was accepted")
        }
      }
      group.addTask {
        try await Alarm.sleep(for: longest)
        throw Problem(
          .requestTimeout, Outcome.timedOut.rawValue,
          "the body did not come within \(longest); nothing was accepted: try again")
      }
      group.addTask {
        // Without a service around it, nothing stops.
        try? await gracefulShutdown()
        try await Alarm.sleep(for: Self.patience)
        throw Problem(
          .serviceUnavailable, Outcome.unreachable.rawValue,
          "the service stops, and the body had not come; nothing was accepted: try again")
      }
      defer { group.cancelAll() }
      return try await group.next() ?? []
    }
  }
  /// Tells a client that its body is wanted; curl waits for that with a large one (RFC 9110, 10.1.1).
  private static func invite(on channel: any Channel) {
    channel.eventLoop.execute {
      // Before the encoder, for which an answer has one head. A channel without one is closed.
      let place = try? channel.pipeline.syncOperations.context(
        handlerType: HTTPResponseEncoder.self)
      place?.writeAndFlush(
        NIOAny(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
    }
  }
}
