internal import Clibgit2
internal import Digests

/// Writes objects as one pack (gitformat-pack(5)).
///
/// Written by hand and not by libgit2's pack builder, because we know exactly which objects are
/// new, and which tree each new tree came from: the builder would search for both.
public struct PackWriter {
  /// Whether a tree may be sent as a delta against one that the pack does not hold.
  ///
  /// Receivers of a push complete such a thin pack (gitprotocol-pack(5)); a pack in an
  /// object database must be whole.
  public let isThin: Bool
  private let level: Int32

  /// A writer of thin or whole packs.
  ///
  /// - Parameter deflates: Whether bytes are made fewer: worth it on the way to a server, and not
  ///   for a pack that is read here soon and thrown away, since deflating is what costs most.
  public init(thin isThin: Bool, deflates: Bool = true) {
    self.isThin = isThin
    // Ids are noise that no level compresses; manifests are short. So the fastest level.
    level = deflates ? 1 : 0
  }

  /// The bytes of a pack with these objects.
  ///
  /// - Parameter goesOn: Asked before each object and after each MiB of it: there may be many, and
  ///   large ones.
  /// - Throws: `GitError` when zlib or the hash fails, and with `interrupted` when it is not to go
  ///   on.
  public func pack(
    _ new: NewObjects, while goesOn: () -> Bool = { true }
  ) throws(GitError) -> [UInt8] {
    // What was replaced since is not needed where nobody follows the history.
    let objects = isThin ? new.objects : new.objects.filter { $0.object != nil }
    var pack: [UInt8] = []
    // To grow by doubling would need three times the memory for a moment.
    pack.reserveCapacity(objects.reduce(Self.piece) { $0 + byteCount(of: $1) })
    pack += "PACK".utf8
    append(UInt32(2), to: &pack)
    append(UInt32(objects.count), to: &pack)
    for object in objects {
      guard goesOn() else { throw Self.interrupted }
      try append(object, to: &pack, while: goesOn)
    }
    pack += Digest.sha1(of: pack).bytes
    return pack
  }

  /// How many bytes of an object are deflated.
  private func byteCount(of new: NewObjects.Object) -> Int {
    (isThin ? new.delta?.instructions.count : nil) ?? new.object?.bytes.count ?? 0
  }

  private func append(
    _ new: NewObjects.Object, to pack: inout [UInt8], while goesOn: () -> Bool
  ) throws(GitError) {
    if isThin, let delta = new.delta {
      appendHeader(type: 7, size: delta.instructions.count, to: &pack)
      pack += delta.base.bytes
      try appendDeflated(delta.instructions, to: &pack, while: goesOn)
    } else if let object = new.object {
      appendHeader(type: object.kind.packType, size: object.bytes.count, to: &pack)
      try appendDeflated(object.bytes, to: &pack, while: goesOn)
    }
  }

  /// Type in three bits, size in four and then seven at a time, least significant first.
  private func appendHeader(type: UInt8, size: Int, to pack: inout [UInt8]) {
    var byte = type << 4 | UInt8(size & 15)
    var rest = size >> 4
    while rest > 0 {
      pack.append(byte | 0x80)
      byte = UInt8(rest & 0x7F)
      rest >>= 7
    }
    pack.append(byte)
  }

  private func append(_ number: UInt32, to pack: inout [UInt8]) {
    withUnsafeBytes(of: number.bigEndian) { pack.append(contentsOf: $0) }
  }

  private func appendDeflated(
    _ bytes: [UInt8], to pack: inout [UInt8], while goesOn: () -> Bool
  ) throws(GitError) {
    var stream = z_stream()
    try Self.check(shim_deflate_start(&stream, level), Z_OK)
    defer { deflateEnd(&stream) }
    let start = pack.count
    let room = Int(deflateBound(&stream, UInt(bytes.count)))
    pack.append(contentsOf: repeatElement(0, count: room))
    var taken = 0
    var failure: GitError?
    pack.withUnsafeMutableBufferPointer { pack in
      bytes.withUnsafeBufferPointer { bytes in
        guard let output = pack.baseAddress else { return }
        do throws(GitError) {
          repeat {
            guard taken == 0 || goesOn() else { throw Self.interrupted }
            let count = min(Self.piece, bytes.count - taken)
            stream.next_in = bytes.baseAddress.map { UnsafeMutablePointer(mutating: $0 + taken) }
            stream.avail_in = UInt32(count)
            stream.next_out = output + start + Int(stream.total_out)
            stream.avail_out = UInt32(clamping: room - Int(stream.total_out))
            taken += count
            let isLast = taken == bytes.count
            try Self.check(
              deflate(&stream, isLast ? Z_FINISH : Z_NO_FLUSH), isLast ? Z_STREAM_END : Z_OK)
          } while taken < bytes.count
        } catch {
          failure = error
        }
      }
    }
    if let failure { throw failure }
    pack.removeLast(room - Int(stream.total_out))
  }

  private static let piece = 1 << 20

  private static var interrupted: GitError {
    GitError(code: .interrupted, operation: "deflate", message: "stopped before the pack was whole")
  }

  private static func check(_ status: Int32, _ expected: Int32) throws(GitError) {
    guard status == expected else {
      throw GitError(code: .other, operation: "deflate", message: "zlib failed with \(status)")
    }
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
