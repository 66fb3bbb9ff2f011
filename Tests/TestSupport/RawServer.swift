import NIOCore
import NIOPosix
import Synchronization

/// A TCP server that does one wrong thing: says nothing, says too little, or says what a test wants
/// it to say.
package final class RawServer: Sendable {
  /// What the server does with a connection.
  package enum Behaviour: Sendable {
    /// Accepts and never answers.
    case silent

    /// Closes as soon as so many bytes have come.
    case closing(afterBytes: Int)

    /// Answers each request with the next text, and closes after the last; requests end with an
    /// empty line or, if they have a body, after its last byte.
    case answering([String])

    /// Answers each request with a text, and then neither goes on nor closes.
    case stalling(String)
  }

  /// The port on 127.0.0.1.
  package let port: Int

  private let requests = Mutex<[String]>([])

  private init(port: Int) { self.port = port }

  /// What clients have sent so far, one text for each connection and request.
  package var received: [String] { requests.withLock { $0 } }

  /// Runs a body while the server runs.
  package static func with<Value>(
    _ behaviour: Behaviour, _ body: (RawServer) async throws -> Value
  ) async throws -> Value {
    let holder = Holder()
    let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            RawHandler(behaviour: behaviour, holder: holder))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let server = RawServer(port: channel.localAddress?.port ?? 0)
    holder.server.withLock { $0 = server }
    let outcome: Result<Value, any Error>
    do { outcome = .success(try await body(server)) } catch { outcome = .failure(error) }
    try await channel.close()
    return try outcome.get()
  }

  fileprivate func record(_ text: String) { requests.withLock { $0.append(text) } }

  fileprivate final class Holder: Sendable {
    let server = Mutex<RawServer?>(nil)
    let answered = Mutex(0)
  }
}

private final class RawHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let behaviour: RawServer.Behaviour
  private let holder: RawServer.Holder
  private var buffer = ByteBuffer()
  private var total = 0

  init(behaviour: RawServer.Behaviour, holder: RawServer.Holder) {
    self.behaviour = behaviour
    self.holder = holder
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var piece = unwrapInboundIn(data)
    total += piece.readableBytes
    buffer.writeBuffer(&piece)
    switch behaviour {
    case .silent: break
    case .stalling(let answer):
      guard wholeRequest() != nil else { return }
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
    case .closing(let count):
      if total >= count { context.close(promise: nil) }
    case .answering(let answers):
      guard let request = wholeRequest() else { return }
      holder.server.withLock { $0 }?.record(request)
      let number = holder.answered.withLock { number in
        defer { number += 1 }
        return number
      }
      if number < answers.count {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answers[number])), promise: nil)
      }
      if number + 1 >= answers.count { context.close(promise: nil) }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private func wholeRequest() -> String? {
    let text = String(buffer: buffer)
    guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
    let head = text[..<end.upperBound]
    let length =
      head.lowercased().split(separator: "\r\n").lazy
      .compactMap { $0.hasPrefix("content-length: ") ? Int($0.dropFirst(16)) : nil }.first ?? 0
    guard buffer.readableBytes >= head.utf8.count + length else { return nil }
    buffer.clear()
    return text
  }
}
