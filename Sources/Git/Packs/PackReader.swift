internal import Clibgit2
internal import Digests

/// Reads the objects of a pack in memory (gitformat-pack(5)), when there is no disk on which libgit2
/// could index it.
struct PackReader {
  /// An entry of the pack: a whole object, or a delta.
  private enum Content {
    case whole(GitObject)
    case delta(base: Base, instructions: [UInt8])
  }

  /// The base of a delta: an object by its id, or by the position of its entry.
  private enum Base {
    case id(ObjectID)
    case position(Int)
  }

  /// A delta whose base has not been read yet.
  private struct WaitingDelta {
    let position: Int
    let base: Base
    let instructions: [UInt8]
  }

  /// The largest object in bytes: the maximum of a 32-bit signed size.
  private static let mostBytes = Int(Int32.max)

  private let pack: [UInt8]
  private var position = 12
  private let count: Int
  /// The objects by the position of their entry.
  private var ids: [Int: ObjectID] = [:]
  private var found: [ObjectID: GitObject] = [:]

  /// Checks the signature, version and digest of a pack.
  ///
  /// - Parameter checksDigest: `false` in tests of the other checks.
  /// - Throws: `GitError` with the code `corrupt`.
  init(_ pack: [UInt8], checksDigest: Bool = true) throws(GitError) {
    guard pack.count >= 12 + ObjectID.byteCount, pack.starts(with: Array("PACK".utf8)),
      Self.number(pack[4..<8]) == 2, !checksDigest || Self.endsWithItsDigest(pack)
    else { throw .corrupt("the pack is damaged or cut short", in: "pack") }
    self.pack = pack
    count = Self.number(pack[8..<12])
  }

  private static func endsWithItsDigest(_ pack: [UInt8]) -> Bool {
    Digest.sha1(of: pack.dropLast(ObjectID.byteCount)).bytes
      .elementsEqual(pack.suffix(ObjectID.byteCount))
  }

  /// Reads all objects of the pack.
  ///
  /// - Parameter known: Returns an object that a delta of a thin pack is based on.
  /// - Throws: `GitError` with the code `corrupt`.
  mutating func objects(
    _ known: (ObjectID) -> GitObject?
  ) throws(GitError) -> [ObjectID: GitObject] {
    var waiting: [WaitingDelta] = []
    for _ in 0..<count {
      let start = position
      switch try content(startingAt: start) {
      case .whole(let object): try keep(object, at: start)
      case .delta(let base, let instructions):
        waiting.append(WaitingDelta(position: start, base: base, instructions: instructions))
      }
    }
    guard position == pack.count - ObjectID.byteCount else {
      throw .corrupt("bytes follow the pack's last object", in: "pack")
    }
    // A base may be stored after its delta.
    while !waiting.isEmpty {
      var rest: [WaitingDelta] = []
      for delta in waiting {
        guard let base = object(delta.base, known) else {
          rest.append(delta)
          continue
        }
        let bytes = try Delta.apply(delta.instructions, to: base.bytes)
        try keep(GitObject(kind: base.kind, bytes: bytes), at: delta.position)
      }
      guard rest.count < waiting.count else {
        throw .corrupt("the pack lacks the base of a delta", in: "pack")
      }
      waiting = rest
    }
    return found
  }

  private func object(_ base: Base, _ known: (ObjectID) -> GitObject?) -> GitObject? {
    switch base {
    case .id(let id): found[id] ?? known(id)
    case .position(let position): ids[position].flatMap { found[$0] }
    }
  }

  private mutating func keep(_ object: GitObject, at position: Int) throws(GitError) {
    let id = try ObjectID(of: object)
    ids[position] = id
    found[id] = object
  }

  private mutating func content(startingAt start: Int) throws(GitError) -> Content {
    let first = try byte()
    var size = Int(first & 15)
    var shift = 4
    var last = first
    while last & 0x80 != 0 {
      last = try byte()
      guard shift < 32 else { throw .corrupt("an object's size is too large", in: "pack") }
      size |= Int(last & 0x7F) << shift
      shift += 7
    }
    guard size <= Self.mostBytes else { throw .corrupt("an object is too large", in: "pack") }
    let type = first >> 4 & 7
    if let kind = ObjectKind(packType: type) {
      return .whole(GitObject(kind: kind, bytes: try inflated(size)))
    }
    switch type {
    case 6:
      let base = start - (try offset())
      return .delta(base: .position(base), instructions: try inflated(size))
    case 7:
      guard let base = ObjectID(bytes: pack[position...].prefix(ObjectID.byteCount)) else {
        throw .corrupt("the pack is cut short", in: "pack")
      }
      position += ObjectID.byteCount
      return .delta(base: .id(base), instructions: try inflated(size))
    default: throw .corrupt("an object of the unknown type \(type)", in: "pack")
    }
  }

  private mutating func byte() throws(GitError) -> UInt8 {
    guard position < pack.count - ObjectID.byteCount else {
      throw .corrupt("the pack is cut short", in: "pack")
    }
    defer { position += 1 }
    return pack[position]
  }

  /// Seven bits at a time, most significant first, with one added for each further byte.
  private mutating func offset() throws(GitError) -> Int {
    var last = try byte()
    var offset = Int(last & 0x7F)
    while last & 0x80 != 0 {
      last = try byte()
      guard offset < Self.mostBytes else { throw .corrupt("an offset is too large", in: "pack") }
      offset = (offset + 1) << 7 | Int(last & 0x7F)
    }
    return offset
  }

  private mutating func inflated(_ size: Int) throws(GitError) -> [UInt8] {
    // Checked before memory is allocated: deflate turns one byte into at most about 1,032.
    guard size / 1_100 <= pack.count - position else {
      throw .corrupt("an object claims more bytes than the pack can hold", in: "pack")
    }
    var stream = z_stream()
    guard shim_inflate_start(&stream) == Z_OK else {
      throw GitError(code: .other, operation: "inflate", message: "zlib cannot start")
    }
    defer { inflateEnd(&stream) }
    var status = Z_OK
    let start = position
    // One byte more, to detect an object that is longer than its size.
    let bytes = [UInt8](unsafeUninitializedCapacity: size + 1) { output, count in
      pack.withUnsafeBufferPointer { pack in
        stream.next_in = pack.baseAddress.map { UnsafeMutablePointer(mutating: $0 + start) }
        stream.avail_in = UInt32(clamping: pack.count - ObjectID.byteCount - start)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(clamping: size + 1)
        status = inflate(&stream, Z_FINISH)
      }
      count = Int(stream.total_out)
    }
    guard status == Z_STREAM_END, bytes.count == size else {
      throw .corrupt("an object's bytes are damaged", in: "pack")
    }
    position += Int(stream.total_in)
    return bytes
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reduce(0) { $0 << 8 | Int($1) }
  }
}

extension ObjectKind {
  /// gitformat-pack(5), "Object types"; `nil` for a delta.
  init?(packType: UInt8) {
    switch packType {
    case 1: self = .commit
    case 2: self = .tree
    case 3: self = .blob
    case 4: self = .tag
    default: return nil
    }
  }
}
