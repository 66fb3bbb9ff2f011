/// A line of three interleaved streams: data, words for people, a last word before giving up.
///
/// gitprotocol-capabilities(5) `side-band-64k`.
enum SideBand: Hashable {
  case data(ArraySlice<UInt8>)
  case progress(ArraySlice<UInt8>)
  case failure(ArraySlice<UInt8>)

  static func split(_ line: ArraySlice<UInt8>) throws(ProtocolFailure) -> SideBand {
    switch line.first {
    case 1: return .data(line.dropFirst())
    case 2: return .progress(line.dropFirst())
    case 3: return .failure(line.dropFirst())
    case nil: return .data([])
    default:
      if line.starts(with: "ERR ".utf8) { throw .said(line.dropFirst(4)) }
      throw .violation("an unknown side band")
    }
  }
}

/// Collects what a server says on the side, up to a bound; a line may come in pieces.
///
/// Of too much, the beginning and the end are kept: the reason of a failure comes after all progress.
struct SideBandWords: Hashable {
  private var beginning: [UInt8] = []
  private var end: [UInt8] = []
  private var isCut = false
  private static let limit = 32 << 10

  mutating func append(_ text: some Collection<UInt8>) {
    let first = text.prefix(Self.limit - beginning.count)
    beginning.append(contentsOf: first)
    end.append(contentsOf: text.dropFirst(first.count))
    guard end.count > 2 * Self.limit else { return }
    end.removeFirst(end.count - Self.limit)
    isCut = true
  }

  /// The lines so far, fit to be shown.
  var lines: [String] {
    ServerText.lines(beginning + (isCut ? [UInt8(ascii: "\n")] : []) + end)
  }
}
