internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1

/// HTTP/1.1 on connections that are guarded before anything is known of who opened them.
struct GuardedHTTP: ServerChildChannel {
  typealias Value = HTTP1Channel.Value

  let http: HTTP1Channel
  let connections: Connections
  /// How long a client may take to the end of its first head, a TLS handshake included.
  let headTimeout: TimeAmount

  /// How large the head of a request may be; a token and a selector of labels are far smaller.
  static let headLimits = HTTP1Channel.Configuration.DecoderConfiguration(
    maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100)

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    http.setup(channel: channel, logger: logger).flatMapThrowing { value in
      let pipeline = channel.pipeline.syncOperations
      let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
      try pipeline.addHandler(
        ConnectionGuard(connections, headTimeout: headTimeout), position: .after(decoder))
      // A server that is cancelled drops the connections that it has accepted and not yet handled.
      // NIO ends the process when one is dropped before it was closed (apple/swift-nio#2637).
      channel.closeFuture.whenComplete { _ in withExtendedLifetime(value) {} }
      return value
    }
  }

  func handle(value: Value, logger: Logger) async {
    await http.handle(value: value, logger: logger)
  }
}

/// Watches one connection: that its first head comes in time, and that a body which is not read is
/// not sent for long.
final class ConnectionGuard: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// How long a client may go on to send a body after the answer, which it has to read.
  private static let leftover: TimeAmount = .seconds(1)

  private let connections: Connections
  private let headTimeout: TimeAmount
  /// Closes the connection, unless it is cancelled before.
  private var closing: Scheduled<Void>?
  private var requestsRead = 0
  private var requestsAnswered = 0

  init(_ connections: Connections, headTimeout: TimeAmount) {
    self.connections = connections
    self.headTimeout = headTimeout
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let channel = context.channel
    connections.opened(ObjectIdentifier(channel)) { channel.close(promise: nil) }
    close(context.channel, in: headTimeout)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    closing?.cancel()
    connections.closed(ObjectIdentifier(context.channel))
  }

  func channelInactive(context: ChannelHandlerContext) {
    closing?.cancel()
    connections.closed(ObjectIdentifier(context.channel))
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(var head):
      if requestsRead == 0 { closing?.cancel() }
      Self.addHost(to: &head, of: context.channel)
      context.fireChannelRead(wrapInboundOut(.head(head)))
    case .body:
      context.fireChannelRead(data)
    case .end:
      requestsRead += 1
      if requestsRead >= requestsAnswered { closing?.cancel() }
      context.fireChannelRead(data)
    }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data) {
      requestsAnswered += 1
      connections.answered(ObjectIdentifier(context.channel))
      if requestsAnswered > requestsRead { close(context.channel, in: Self.leftover) }
    }
    context.write(data, promise: promise)
  }

  private func close(_ channel: any Channel, in time: TimeAmount) {
    closing?.cancel()
    closing = channel.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
  }

  /// HTTP/1.0 knows no `Host`: such a request is for the address that it came to (RFC 9112, 3.3).
  private static func addHost(to head: inout HTTPRequestHead, of channel: any Channel) {
    guard (head.version.major, head.version.minor) < (1, 1), !head.headers.contains(name: "Host"),
      let address = channel.localAddress, let host = address.ipAddress, let port = address.port
    else { return }
    head.headers.add(
      name: "Host", value: host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)")
  }
}
