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

/// Collects the last of what a server says on the side; a line may come in pieces.
struct SideBandWords: Hashable {
  private var bytes: [UInt8] = []
  private static let limit = 64 << 10

  mutating func append(_ text: some Collection<UInt8>) {
    bytes.append(contentsOf: text.suffix(Self.limit))
    // Dropping one half at a time keeps the cost of a long text in proportion to it.
    if bytes.count > 2 * Self.limit { bytes.removeFirst(bytes.count - Self.limit) }
  }

  /// The last lines so far, fit to be shown.
  var lines: [String] { ServerText.lines(bytes.suffix(Self.limit)) }
}
