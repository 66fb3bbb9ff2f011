import NIOCore
import Synchronization

/// The body of a request, in pieces, that knows whether any of it was taken to be sent.
final class HTTPBody: AsyncSequence, Sendable {
  typealias Element = ByteBuffer

  private let head: [UInt8]
  private let pack: [UInt8]
  private let isTaken = Mutex(false)

  init(_ head: [UInt8], pack: [UInt8] = []) {
    self.head = head
    self.pack = pack
  }

  var count: Int { head.count + pack.count }

  /// Whether any byte may have reached the server.
  var wasTaken: Bool { isTaken.withLock { $0 } }

  func makeAsyncIterator() -> Iterator { Iterator(body: self) }

  struct Iterator: AsyncIteratorProtocol {
    private static let pieceSize = 256 << 10
    fileprivate let body: HTTPBody
    private var didSendHead = false
    private var position = 0

    fileprivate init(body: HTTPBody) { self.body = body }

    mutating func next() async throws -> ByteBuffer? {
      body.isTaken.withLock { $0 = true }
      if !didSendHead {
        didSendHead = true
        return ByteBuffer(bytes: body.head)
      }
      guard position < body.pack.count else { return nil }
      let end = Swift.min(position + Self.pieceSize, body.pack.count)
      defer { position = end }
      return ByteBuffer(bytes: body.pack[position..<end])
    }
  }
}
