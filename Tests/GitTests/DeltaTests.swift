import TestSupport
import Testing

@testable import Git

@Suite struct DeltaTests {
  static let copies: [(name: String, base: Int, ranges: [Range<Int>])] = [
    ("nothing", 0, []), ("one byte", 1, [0..<1]),
    ("offset 0 and size 64 KiB", 1 << 17, [0..<(1 << 16)]),
    ("sizes about 64 KiB", 1 << 18, [1..<65_536, 0..<65_537, 255..<(65_536 + 255)]),
    ("offsets about 64 KiB", 1 << 17, [65_535..<65_540, 65_536..<65_537, 65_792..<65_800]),
    ("a size of 16 MiB less one", 1 << 24, [0..<0xFF_FFFF]),
    ("a size of 16 MiB", 1 << 24, [0..<(1 << 24)]),
    ("a size beyond 16 MiB", (1 << 24) + 100, [7..<((1 << 24) + 9)]),
    ("offsets beyond 16 MiB", 1 << 25, [(1 << 24)..<((1 << 24) + 3), 0x1FF_FF00..<0x1FF_FF01]),
    ("from the end to the front", 1 << 16, [65_000..<65_536, 100..<300, 0..<1]),
  ]

  /// Rows that differ in the number at their front.
  private static func bytes(_ count: Int) -> [UInt8] {
    let row = (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + row.count)
    while bytes.count < count {
      withUnsafeBytes(of: bytes.count) { bytes += $0 }
      bytes += row
    }
    return Array(bytes.prefix(count))
  }

  /// git takes the instructions for what we mean by them.
  @Test(arguments: copies)
  func copiesAreWhatGitCopies(name: String, base: Int, ranges: [Range<Int>]) async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(in: directory, git: git)
      let database = try repository.objects()
      let old = Self.bytes(base)
      let inserted = [UInt8](repeating: 5, count: 300)
      let result = ranges.flatMap { inserted + old[$0] } + inserted
      var delta = Delta(baseSize: old.count, resultSize: result.count)
      for range in ranges {
        delta.insert(inserted)
        delta.copy(range)
      }
      delta.insert(inserted)
      #expect(try Delta.apply(delta.bytes, to: old) == result)

      let object = GitObject(kind: .blob, bytes: result)
      let baseID = try database.store(GitObject(kind: .blob, bytes: old))
      var new = NewObjects()
      new.add(
        NewObjects.Object(
          id: try ObjectID(of: object), object: object, delta: (baseID, delta.bytes)))
      let pack = try PackWriter(new, thin: true).pack()
      try await git("index-pack", "--fix-thin", "--stdin", in: repository.directory, input: pack)
      let id = try await git("rev-parse", "\(ObjectID(of: object))", in: repository.directory)
      let size = try await git("cat-file", "-s", id, in: repository.directory)
      #expect(size == "\(result.count)")
    }
  }

  static let insertions = [0, 1, 126, 127, 128, 254, 255, 1000]

  @Test(arguments: insertions) func insertionsAreCutInPiecesOf127Bytes(count: Int) {
    var delta = Delta(baseSize: 0, resultSize: count)
    let header = delta.bytes.count
    delta.insert([UInt8](repeating: 1, count: count))
    let pieces = (count + 126) / 127
    #expect(delta.bytes.count - header == count + pieces)
    if count > 0 { #expect(Int(delta.bytes[header]) == min(count, 127)) }
  }

  @Test func sizesAreWrittenSevenBitsAtATime() {
    #expect(Delta(baseSize: 0, resultSize: 127).bytes == [0, 127])
    #expect(Delta(baseSize: 128, resultSize: 16_384).bytes == [0x80, 1, 0x80, 0x80, 1])
  }

  @Test(arguments: [[0, 1], [5, 5, 0x91, 4, 2], [5, 9, 2, 1], [3, 3, 0x91, 0, 3]])
  func instructionsThatDoNotFitAreCorrupt(instructions: [UInt8]) {
    #expect(throws: GitError.self) { try Delta.apply(instructions, to: [1, 2, 3, 4, 5]) }
  }
}
