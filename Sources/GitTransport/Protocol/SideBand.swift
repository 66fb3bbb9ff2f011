/// A line of one of the three multiplexed streams: data, progress messages, a fatal error.
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
      if line.starts(with: "ERR ".utf8) { throw .reported(line.dropFirst(4)) }
      throw .violation("an unknown side band")
    }
  }
}

/// Keeps the last progress messages of a server; a line may arrive in pieces.
package struct ProgressBuffer: Sendable, Hashable {
  private var bytes: [UInt8] = []
  private static let limit = 64 << 10

  package init() {}

  package mutating func append(_ text: some Collection<UInt8>) {
    bytes.append(contentsOf: text.suffix(Self.limit))
    // Dropping half of the buffer at a time keeps the total cost linear.
    if bytes.count > 2 * Self.limit { bytes.removeFirst(bytes.count - Self.limit) }
  }

  /// The last lines so far, sanitized.
  package var lines: [String] { SanitizedText.lines(bytes.suffix(Self.limit)) }
}
