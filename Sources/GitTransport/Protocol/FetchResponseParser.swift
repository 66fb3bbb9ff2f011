import Git

/// Parses the answer to a fetch line by line, in either version.
struct FetchResponseParser {
  enum Event: Hashable {
    case none
    case pack(ArraySlice<UInt8>)
    case finished
  }

  private enum Section {
    case version2Header
    case version2Shallow
    case version2Skipped
    case version0Shallow
    case version0Acknowledgement
    case pack
  }

  private var section: Section
  private let isVersion2: Bool

  init(_ request: FetchRequest, isVersion2: Bool) {
    self.init(isVersion2: isVersion2, deepens: request.depth != nil)
  }

  init(isVersion2: Bool, deepens: Bool) {
    self.isVersion2 = isVersion2
    self.section =
      isVersion2 ? .version2Header : deepens ? .version0Shallow : .version0Acknowledgement
  }

  mutating func consume(_ line: PacketLine) throws(ProtocolFailure) -> Event {
    if case .pack = section { return try consume(packLine: line) }
    guard let text = line.text else {
      switch (section, line) {
      case (.version2Shallow, .delimiter), (.version2Skipped, .delimiter):
        section = .version2Header
      case (.version0Shallow, .flush): section = .version0Acknowledgement
      default: throw .violation("the server ends its answer without a pack")
      }
      return .none
    }
    if text.starts(with: "ERR ".utf8) { throw .reported(text.dropFirst(4)) }
    switch section {
    case .version2Header:
      switch String(decoding: text, as: UTF8.self) {
      case "shallow-info": section = .version2Shallow
      case "packfile": section = .pack
      case "acknowledgments", "wanted-refs": section = .version2Skipped
      case let name: throw .violation("an unknown section \(SanitizedText.clean(name, limit: 40))")
      }
    case .version2Shallow, .version0Shallow: try check(shallowLine: text)
    case .version2Skipped: break
    case .version0Acknowledgement:
      guard text.starts(with: "NAK".utf8) || text.starts(with: "ACK ".utf8) else {
        throw .violation("neither NAK nor ACK before the pack")
      }
      section = .pack
    case .pack: break
    }
    return .none
  }

  /// The lines name the commits whose parents the server leaves out, which the caller knows.
  private func check(shallowLine text: ArraySlice<UInt8>) throws(ProtocolFailure) {
    if text.starts(with: "unshallow ".utf8) { return }
    guard text.starts(with: "shallow ".utf8),
      ObjectID(hexadecimal: String(decoding: text.dropFirst(8), as: UTF8.self)) != nil
    else { throw .violation("not a shallow line") }
  }

  private mutating func consume(packLine line: PacketLine) throws(ProtocolFailure) -> Event {
    switch line {
    case .flush: return .finished
    // Version 0 acknowledges each common commit, or only the first.
    case .data(let bytes) where !isVersion2 && bytes.starts(with: "ACK ".utf8): return .none
    case .data(let bytes):
      switch try SideBand.split(bytes) {
      case .data(let pack): return .pack(pack)
      case .progress: return .none
      case .failure(let text): throw .reported(Array(text))
      }
    case .delimiter, .responseEnd: throw .violation("a mark in the middle of the pack")
    }
  }
}
