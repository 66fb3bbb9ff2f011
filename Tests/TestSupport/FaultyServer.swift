import NIOCore
import NIOPosix
import Synchronization

/// An HTTP server in front of another one: it answers some requests by itself and passes the rest
/// on.
package final class FaultyServer: Sendable {
  /// What becomes of a request instead of being passed on.
  package enum Fault: Sendable {
    /// It is answered with this whole response, and the connection is closed.
    case answer(String)

    /// The connection is closed without an answer.
    case close
  }

  /// Decides about a request from its first line and the number of requests before it; `nil` passes
  /// it on.
  package typealias Decision = @Sendable (_ line: String, _ number: Int) -> Fault?

  fileprivate let target: Int
  fileprivate let closesUnannounced: Bool
  private let decision: Decision
  private let lines = Mutex<[String]>([])

  private init(target: Int, closesUnannounced: Bool, decision: @escaping Decision) {
    self.target = target
    self.closesUnannounced = closesUnannounced
    self.decision = decision
  }

  /// The first lines of all requests so far.
  package var requests: [String] { lines.withLock { $0 } }

  /// Runs a body with the server and its base URL.
  ///
  /// - Parameters:
  ///   - base: The server behind it, `http://127.0.0.1:PORT`.
  ///   - closesUnannounced: Whether connections stay open after an answer, and are closed when the
  ///     next request comes over them.
  ///   - decision: Which requests fail.
  ///   - body: What to do meanwhile.
  package static func with<Value>(
    before base: String, closesUnannounced: Bool = false,
    decision: @escaping Decision = { _, _ in nil },
    _ body: (FaultyServer, String) async throws -> Value
  ) async throws -> Value {
    guard let port = base.split(separator: ":").last.flatMap({ Int($0) }) else {
      throw TestFailure("no port in \(base)")
    }
    let server = FaultyServer(
      target: port, closesUnannounced: closesUnannounced, decision: decision)
    let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(FrontHandler(server))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let outcome: Result<Value, any Error>
    do {
      outcome = .success(
        try await body(server, "http://127.0.0.1:\(channel.localAddress?.port ?? 0)"))
    } catch { outcome = .failure(error) }
    try await channel.close()
    return try outcome.get()
  }

  fileprivate func fault(for line: String) -> Fault? {
    let number = lines.withLock { lines in
      lines.append(line)
      return lines.count - 1
    }
    return decision(line, number)
  }
}

/// The client's side of a connection.
private final class FrontHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let server: FaultyServer
  private var request: [UInt8] = []
  private var hasAnswered = false

  init(_ server: FaultyServer) { self.server = server }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if hasAnswered { return context.close(promise: nil) }
    request += unwrapInboundIn(data).readableBytesView
    guard let head = wholeHead() else { return }
    hasAnswered = true
    let line = head.split(separator: "\r\n").first.map(String.init) ?? ""
    switch server.fault(for: line) {
    case .answer(let text):
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
      context.close(promise: nil)
    case .close: context.close(promise: nil)
    case nil: pass(to: context.channel)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  /// The head of the request, once its body is here as well.
  private func wholeHead() -> String? {
    guard let end = request.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let head = String(decoding: request[..<end.upperBound], as: UTF8.self)
    let length =
      head.lowercased().split(separator: "\r\n").lazy
      .compactMap { $0.hasPrefix("content-length: ") ? Int($0.dropFirst(16)) : nil }.first ?? 0
    return request.count >= end.upperBound + length ? head : nil
  }

  private func pass(to front: any Channel) {
    var bytes = request
    if let end = bytes.firstRange(of: Array("\r\n".utf8)) {
      bytes.insert(contentsOf: "Connection: close\r\n".utf8, at: end.upperBound)
    }
    let hidesClose = server.closesUnannounced
    ClientBootstrap(group: front.eventLoop)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            BackHandler(front: front, hidesClose: hidesClose))
        }
      }
      .connect(host: "127.0.0.1", port: server.target)
      .whenComplete { [bytes] result in
        switch result {
        case .success(let back): back.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
        case .failure: front.close(promise: nil)
        }
      }
  }
}

/// The side of the server behind: collects its answer until it closes.
private final class BackHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let front: any Channel
  private let hidesClose: Bool
  private var answer: [UInt8] = []

  init(front: any Channel, hidesClose: Bool) {
    self.front = front
    self.hidesClose = hidesClose
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    answer += unwrapInboundIn(data).readableBytesView
  }

  func channelInactive(context: ChannelHandlerContext) {
    if hidesClose, let header = answer.firstRange(of: Array("Connection: close\r\n".utf8)) {
      answer.removeSubrange(header)
    }
    front.writeAndFlush(ByteBuffer(bytes: answer), promise: nil)
    if !hidesClose { front.close(promise: nil) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
