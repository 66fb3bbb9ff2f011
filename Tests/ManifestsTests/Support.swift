import Manifests
import Testing

/// The value of the only document in a text.
func parse(_ text: String, limits: Limits = .default) throws -> Node {
  let file = try ManifestFile(parsing: text, name: "test.yaml", limits: limits)
  return try #require(file.documents.first, "the text has no document").root
}

/// The fault that a text has.
func fault(_ text: String, limits: Limits = .default) -> ManifestError? {
  fault(bytes: Array(text.utf8), limits: limits)
}

func fault(bytes: [UInt8], limits: Limits = .default) -> ManifestError? {
  do throws(ManifestError) {
    _ = try ManifestFile(parsing: bytes, name: "test.yaml", limits: limits)
    return nil
  } catch {
    return error
  }
}

/// A small generator whose sequence is the same in every run: SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

/// Random trees, rich in the text that YAML is apt to misread.
struct NodeGenerator {
  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  private static let pieces = [
    "a", "Z", "0", "1", "-", "+", ".", "_", " ", "  ", "\n", "\n\n", "\t", ":", ": ", "#", " #",
    "'", "\"", "\\", "[", "]", "{", "}", ",", "&", "*", "!", "|", ">", "%", "@", "`", "?", "~",
    "<<", "=", "---", "...", "e", "x", "yes", "null", "true", "ä", "é", "\u{2028}", "\u{85}",
    "\u{feff}", "\u{7f}", "\u{0}", "\u{1f600}", "\r", "\u{a0}",
  ]

  private static let words = [
    "", "y", "N", "on", "Off", "null", "~", "0x1F", "0b1", "0o7", "07", "08", "1e3", ".5", ".inf",
    "-.INF", ".nan", "1_000", "12:30", "2024-01-01", "<<", "=", "-", "- a", "a: b", "a #b", "|",
    "postgres:15-alpine", "1Gi", "500m", "apps/v1", "--flag=x", "true", "1.0", "+1", "-0",
  ]

  mutating func string() -> String {
    guard Int.random(in: 0..<3, using: &random) > 0 else {
      return Self.words.randomElement(using: &random) ?? ""
    }
    return (0..<Int.random(in: 0...6, using: &random))
      .map { _ in Self.pieces.randomElement(using: &random) ?? "" }.joined()
  }

  mutating func node(depth: Int = 4) -> Node {
    switch Int.random(in: 0..<(depth > 0 ? 10 : 6), using: &random) {
    case 0: return .null
    case 1: return Node(.boolean(Bool.random(using: &random)))
    case 2: return Node(.integer(Int64.random(in: .min ... .max, using: &random)))
    case 3: return Node(.number(Double.random(in: -1e3...1e3, using: &random) + 1e-9))
    case 4, 5: return Node(.string(string()))
    case 6, 7:
      return Node(
        .sequence(
          (0..<Int.random(in: 0...4, using: &random)).map { _ in
            node(depth: depth - 1)
          }))
    default:
      return Node(
        .mapping(
          Mapping(
            (0..<Int.random(in: 0...5, using: &random)).map { _ in
              (string(), node(depth: depth - 1))
            })))
    }
  }
}
