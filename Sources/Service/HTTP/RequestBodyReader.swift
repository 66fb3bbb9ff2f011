internal import HTTPTypes
internal import Hummingbird
internal import Landing
internal import NIOCore
internal import NIOHTTP1
internal import ServiceLifecycle

/// Reads bodies, of which none may be too large or take too long, and all together are bounded.
struct RequestBodyReader: Sendable {
  /// What a body is, which decides how large it may be.
  enum Kind: Sendable {
    /// Works and what else is put or asked.
    case document
    /// An event of a Git server, or options of a request.
    case event
  }

  /// How many bytes a body may have.
  let mostBytes: Int
  /// How many bytes the files in it may have when they are unpacked: a small body can hold large ones.
  var mostContentBytes: Int { mostBytes * 2 }
  /// How long a client may take to send it.
  let longest: Duration
  /// What all bodies may take together.
  let budget: BodyBudget
  /// How many bytes an event may have.
  ///
  /// GitHub lists at most 2,048 commits in one, GitLab 20.
  private static let mostEventBytes = 2 << 20
  /// How long a client still has when the service stops.
  private static let patience: Duration = .seconds(2)

  init(mostBytes: Int, longest: Duration) {
    self.mostBytes = mostBytes
    self.longest = longest
    budget = BodyBudget(
      limit: max(64 << 20, mostBytes * 2), unknownLimit: Self.mostEventBytes * 4)
  }

  /// Reads the whole body, and makes something of it; the bytes count as held until that is done.
  ///
  /// - Throws: `Problem` with 413, 408 or 503, or what making something of it throws.
  func read<Value: Sendable>(
    _ request: Request, _ context: ServiceContext, as kind: Kind = .document,
    _ make: @Sendable ([UInt8]) throws -> Value
  ) async throws -> Value {
    let most = kind == .event ? min(mostBytes, Self.mostEventBytes) : mostBytes
    let length = request.headers[.contentLength].flatMap(Int.init)
    if let length, length > most { throw Problem.tooLarge(most) }
    let share = BodyShare(of: budget, for: context.identity == nil ? .unknown : .known)
    try share.requireRoom(for: length ?? 1)
    if request.headers[.expect]?.lowercased() == "100-continue" { Self.invite(on: context.channel) }
    defer { share.giveBack() }
    let bytes = try await bytes(of: request, atMost: most, share)
    return try await HeavyWork.run(on: bytes.count) { try make(bytes) }
  }

  private func bytes(
    of request: Request, atMost most: Int, _ share: BodyShare
  ) async throws -> [UInt8] {
    let longest = longest
    return try await withThrowingTaskGroup(of: [UInt8].self) { group in
      group.addTask { try await Self.collect(request.body, atMost: most, share) }
      group.addTask {
        try await CancellableTimer.sleep(for: longest)
        throw Problem(
          .requestTimeout, Outcome.timedOut.rawValue,
          "the body did not come within \(longest); nothing was accepted: try again")
      }
      group.addTask {
        // Without a service around it, nothing stops.
        try? await gracefulShutdown()
        try await CancellableTimer.sleep(for: Self.patience)
        throw Problem(
          .serviceUnavailable, Outcome.unreachable.rawValue,
          "the service stops, and the body had not come; nothing was accepted: try again")
      }
      defer { group.cancelAll() }
      return try await group.next() ?? []
    }
  }

  private static func collect(
    _ body: RequestBody, atMost most: Int, _ share: BodyShare
  ) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    do {
      for try await part in body {
        guard bytes.count + part.readableBytes <= most else { throw Problem.tooLarge(most) }
        try share.take(part.readableBytes)
        bytes.append(contentsOf: part.readableBytesView)
      }
    } catch let error where !(error is Problem || error is CancellationError) {
      throw Problem.invalid("the body cannot be read: \(error); nothing was accepted")
    }
    return bytes
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
