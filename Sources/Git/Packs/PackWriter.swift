internal import Clibgit2
internal import Digests

/// Writes objects as one pack (gitformat-pack(5)), piece by piece, so that a large file is never
/// held a second time.
///
/// Written by hand and not by libgit2's pack builder, because we know exactly which objects are
/// new, and which tree each new tree came from: the builder would search for both.
package struct PackWriter: Sendable {
  /// How many bytes a piece has, but for the last.
  package static let pieceByteCount = 256 << 10

  /// How many bytes of objects the pack has, before they are deflated.
  package let contentByteCount: Int

  private let objects: [NewObjects.Object]
  private let isThin: Bool
  private let level: Int32

  /// A writer of a pack with these objects.
  ///
  /// - Parameters:
  ///   - isThin: Whether a tree may be sent as a delta against one that the pack does not hold.
  ///     Receivers of a push complete such a thin pack (gitprotocol-pack(5)); a pack in an object
  ///     database must be whole.
  ///   - deflates: Whether bytes are made fewer: worth it on the way to a server, and not for a
  ///     pack that is read here soon and thrown away, since deflating is what costs most.
  package init(_ new: NewObjects, thin isThin: Bool, deflates: Bool = true) {
    // A whole pack cannot hold an object of which only its delta was kept.
    let objects = isThin ? new.objects : new.objects.filter { $0.object != nil }
    self.objects = objects
    self.isThin = isThin
    contentByteCount = objects.reduce(0) { $0 + $1.content(thin: isThin).count }
    // Ids are noise that no level compresses; manifests are short. So the fastest level.
    level = deflates ? 1 : 0
  }

  /// Begins to write the pack; each call begins anew, with the same bytes.
  package func pieces() -> Pieces { Pieces(objects, isThin: isThin, level: level) }

  /// The whole pack.
  ///
  /// - Throws: `GitError` when zlib fails.
  package func pack() throws(GitError) -> [UInt8] {
    var pack: [UInt8] = []
    // To grow by doubling would need three times the memory for a moment.
    pack.reserveCapacity(contentByteCount + Self.pieceByteCount)
    let pieces = pieces()
    while let piece = try pieces.next() { pack += piece }
    return pack
  }

  /// The pieces of a pack, each made when it is asked for.
  package final class Pieces {
    private let objects: [NewObjects.Object]
    private let isThin: Bool
    private let digest = RunningDigest.sha1()
    private let deflater: Deflater
    private var nextObject = 0
    private var isDeflating = false
    private var piece: [UInt8]

    /// Whether the last piece was given out.
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
  /// What a pack holds of it, before it is deflated.
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
