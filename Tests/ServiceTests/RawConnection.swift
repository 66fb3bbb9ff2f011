import NIOCore
import NIOPosix
import Testing

extension Station {
  /// Sends bytes as they are, and gives all that comes until the other side hangs up.
  func raw(_ text: String) async throws -> String { try await exchange(text) { _ in false } }

  /// Sends bytes as they are, and gives the first that come back.
  func firstWords(after text: String) async throws -> String {
    try await exchange(text) { $0.readableBytes > 0 }
  }

  /// A connection on which nothing is sent, and nothing is read.
  func connection() async throws -> any Channel {
    try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .connect(host: "127.0.0.1", port: try port)
      .get()
  }

  private var port: Int {
    get throws { try #require(Int(base.split(separator: ":").last ?? "")) }
  }

  private func exchange(
    _ text: String, until isEnough: (ByteBuffer) -> Bool
  ) async throws -> String {
    let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .channelOption(.allowRemoteHalfClosure, value: true)
      .connect(host: "127.0.0.1", port: try port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: text))
      var received = ByteBuffer()
      // Being reset is one way of being hung up on.
      do {
        for try await var part in inbound {
          received.writeBuffer(&part)
          if isEnough(received) { break }
        }
      } catch is IOError {}
      return String(buffer: received)
    }
  }
}
