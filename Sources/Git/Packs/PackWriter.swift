internal import Clibgit2
internal import Digests

/// Writes objects as one pack (gitformat-pack(5)), piece by piece, so that a large file is not in
/// memory twice.
///
/// Not with libgit2's pack builder, which would search for the new objects and for the bases of
/// deltas. Both are known here.
package struct PackWriter: Sendable {
  /// The size of a piece in bytes; the last one is smaller.
  package static let pieceByteCount = 256 << 10

  /// The size of all objects in bytes before they are deflated.
  package let contentByteCount: Int

  private let objects: [NewObjects.Object]
  private let isThin: Bool
  private let level: Int32

  /// - Parameters:
  ///   - isThin: Whether a tree may be sent as a delta against one that is not in the pack.
  ///     Receivers of a push complete such a thin pack (gitprotocol-pack(5)); a pack in an object
  ///     database must be complete.
  ///   - deflates: Whether to compress, which is most of the cost. Not worth it for a pack that is
  ///     soon read here and deleted.
  package init(_ new: NewObjects, thin isThin: Bool, deflates: Bool = true) {
    // A complete pack cannot contain an object of which only the delta was kept.
    let objects = isThin ? new.objects : new.objects.filter { $0.object != nil }
    self.objects = objects
    self.isThin = isThin
    contentByteCount = objects.reduce(0) { $0 + $1.content(thin: isThin).count }
    // The fastest level: ids do not compress, and manifests are short.
    level = deflates ? 1 : 0
  }

  /// The pack from its start; each call returns the same bytes.
  package func pieces() -> Pieces { Pieces(objects, isThin: isThin, level: level) }

  /// The whole pack as one array.
  ///
  /// - Throws: `GitError` when zlib fails.
  package func pack() throws(GitError) -> [UInt8] {
    var pack: [UInt8] = []
    // Growing by doubling would need three times the memory for a moment.
    pack.reserveCapacity(contentByteCount + Self.pieceByteCount)
    let pieces = pieces()
    while let piece = try pieces.next() { pack += piece }
    return pack
  }

  /// The pieces of a pack, each written on demand.
  package final class Pieces {
    private let objects: [NewObjects.Object]
    private let isThin: Bool
    private let digest = RunningDigest.sha1()
    private let deflater: Deflater
    private var nextObject = 0
    private var isDeflating = false
    private var piece: [UInt8]

    /// Whether the last piece was returned.
    package private(set) var isAtEnd = false

    fileprivate init(_ objects: [NewObjects.Object], isThin: Bool, level: Int32) {
      self.objects = objects
      self.isThin = isThin
      deflater = Deflater(level: level)
      piece = Array("PACK".utf8) + Self.bytes(of: 2) + Self.bytes(of: UInt32(objects.count))
    }

    /// The next piece; `nil` after the last.
    ///
    /// - Throws: `GitError` when zlib fails.
    package func next() throws(GitError) -> [UInt8]? {
      guard !isAtEnd else { return nil }
      while piece.count < PackWriter.pieceByteCount {
        if isDeflating {
          isDeflating = try deflater.append(to: &piece, upTo: PackWriter.pieceByteCount)
        } else if nextObject < objects.count {
          try begin(objects[nextObject])
          nextObject += 1
        } else {
          isAtEnd = true
          break
        }
      }
      digest.update(piece)
      if isAtEnd { piece += digest.finish().bytes }
      defer { piece = [] }
      return piece
    }

    private func begin(_ new: NewObjects.Object) throws(GitError) {
      let content = new.content(thin: isThin)
      if isThin, let delta = new.delta {
        appendHeader(type: 7, size: content.count)
        piece += delta.base.bytes
      } else {
        appendHeader(type: new.kind.packType, size: content.count)
      }
      try deflater.begin(content)
      isDeflating = true
    }

    /// Type in three bits, size in four and then seven at a time, least significant first.
    private func appendHeader(type: UInt8, size: Int) {
      var byte = type << 4 | UInt8(size & 15)
      var rest = size >> 4
      while rest > 0 {
        piece.append(byte | 0x80)
        byte = UInt8(rest & 0x7F)
        rest >>= 7
      }
      piece.append(byte)
    }

    private static func bytes(of number: UInt32) -> [UInt8] {
      withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
  }
}

extension NewObjects.Object {
  /// The bytes in the pack before they are deflated.
  fileprivate func content(thin isThin: Bool) -> [UInt8] {
    (isThin ? delta?.instructions : nil) ?? object?.bytes ?? []
  }
}

extension ObjectKind {
  /// gitformat-pack(5), "Object types".
  fileprivate var packType: UInt8 {
    switch self {
    case .commit: 1
    case .tree: 2
    case .blob: 3
    case .tag: 4
    }
  }
}
