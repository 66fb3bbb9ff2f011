import Git
import NIOCore
import Synchronization

/// The body of a request: some bytes, then a pack that is written piece by piece while it is sent.
final class RequestBody: AsyncSequence, Sendable {
  typealias Element = ByteBuffer

  /// Up to this size a pack is written to memory first, so that its length is known.
  ///
  /// Some servers refuse a request without a length; git does the same (git-config(1),
  /// `http.postBuffer`).
  static let bufferLimit = 1 << 20

  /// The length in bytes; `nil` for a large pack, whose length is not known in advance.
  let count: Int?

  private let head: [UInt8]
  private let pack: PackWriter?
  private let progress = Mutex((sent: 0, isComplete: false))

  /// - Throws: `GitError` when zlib fails.
  init(_ head: [UInt8], pack: PackWriter? = nil) throws(GitError) {
    if let pack, pack.contentByteCount <= Self.bufferLimit {
      self.head = try head + pack.pack()
      self.pack = nil
    } else {
      self.head = head
      self.pack = pack
    }
    count = self.pack == nil ? self.head.count : nil
  }

  /// How many bytes were passed on to be sent.
  var sentByteCount: Int { progress.withLock { $0.sent } }

  /// Whether the last byte may have reached the server, which does nothing before it has.
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
