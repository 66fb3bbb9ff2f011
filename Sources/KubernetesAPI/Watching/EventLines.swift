/// Cuts the body of a watch into lines, one event each.
struct EventLines {
  private let limit: Int
  private var pending: [UInt8] = []

  init(limit: Int) { self.limit = limit }

  /// A line is longer than the limit.
  struct TooLong: Error {}

  /// The lines that are complete with the next piece.
  mutating func lines(with piece: some Collection<UInt8>) throws(TooLong) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var rest = piece[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let line = pending + rest[..<end]
      pending = []
      rest = rest[rest.index(after: end)...]
      if !line.isEmpty { lines.append(line) }
    }
    pending += rest
    guard pending.count <= limit else { throw TooLong() }
    return lines
  }
}

extension Array where Element == UInt8 {
  fileprivate static func + (left: [UInt8], right: some Collection<UInt8>) -> [UInt8] {
    var all = left
    all.append(contentsOf: right)
    return all
  }
}
