import Git
import NIOCore
import Synchronization

/// What is sent with a request: some bytes, and after them the pieces of a pack, made as they are
/// sent.
final class RequestBody: AsyncSequence, Sendable {
  typealias Element = ByteBuffer

  /// Up to this size a pack is sent as a whole, with its length said first.
  ///
  /// Some servers refuse a request without a length, so git does the same (git-config(1),
  /// `http.postBuffer`).
  static let mostBuffered = 1 << 20

  /// How many bytes there are; `nil` for a large pack, of which it is not known before it is made.
  let count: Int?

  private let head: [UInt8]
  private let pack: PackWriter?
  private let progress = Mutex((sent: 0, isComplete: false))

  /// - Throws: `GitError` when zlib fails.
  init(_ head: [UInt8], pack: PackWriter? = nil) throws(GitError) {
    if let pack, pack.contentByteCount <= Self.mostBuffered {
      self.head = try head + pack.pack()
      self.pack = nil
    } else {
      self.head = head
      self.pack = pack
    }
    count = self.pack == nil ? self.head.count : nil
  }

  /// How many bytes were taken to be sent.
  var sentByteCount: Int { progress.withLock { $0.sent } }

  /// Whether the last byte may have reached the server, which does nothing before.
  var isComplete: Bool { progress.withLock { $0.isComplete } }

  func makeAsyncIterator() -> Iterator { Iterator(body: self) }

  struct Iterator: AsyncIteratorProtocol {
    private let body: RequestBody
    private let pieces: PackWriter.Pieces?
    private var didSendHead = false

    fileprivate init(body: RequestBody) {
      self.body = body
      pieces = body.pack?.pieces()
    }

    mutating func next() async throws -> ByteBuffer? {
      try Task.checkCancellation()
      guard let piece = try nextPiece() else { return nil }
      let isLast = pieces?.isAtEnd ?? true
      body.progress.withLock { progress in
        progress.sent += piece.count
        if isLast { progress.isComplete = true }
      }
      return ByteBuffer(bytes: piece)
    }

    private mutating func nextPiece() throws -> [UInt8]? {
      guard didSendHead else {
        didSendHead = true
        return body.head
      }
      return try pieces?.next()
    }
  }
}
