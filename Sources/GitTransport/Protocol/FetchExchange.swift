import Git

/// A fetch on the wire: the request in the version that the server speaks.
///
/// gitprotocol-v2(5) `fetch`; gitprotocol-pack(5) "Packfile Negotiation".
extension FetchRequest {
  var filterText: String? {
    switch filter {
    case .none: nil
    case .blobNone: "blob:none"
    case .treeDepth(let depth): "tree:\(max(0, depth))"
    }
  }

  func version2(capabilities: Capabilities, agent: String) -> [UInt8] {
    var bytes = PacketLine.encode("command=fetch\n")
    if capabilities.contains("agent") { bytes += PacketLine.encode("agent=\(agent)\n") }
    if capabilities.contains("object-format") { bytes += PacketLine.encode("object-format=sha1\n") }
    bytes += PacketLine.delimiterBytes
    bytes += PacketLine.encode("no-progress\n") + PacketLine.encode("ofs-delta\n")
    if !claims.isEmpty { bytes += PacketLine.encode("thin-pack\n") }
    for want in wants { bytes += PacketLine.encode("want \(want.hexadecimal)\n") }
    bytes += boundary
    return bytes + claims + PacketLine.encode("done\n") + PacketLine.flushBytes
  }

  func version0(capabilities: Capabilities, agent: String) -> [UInt8] {
    var asked = [capabilities.contains("side-band-64k") ? "side-band-64k" : "side-band"]
    // Some servers insist on thin-pack (dulwich); without `have` lines no pack is thin.
    for name in ["ofs-delta", "thin-pack", "no-progress"] where capabilities.contains(name) {
      asked.append(name)
    }
    if depth != nil { asked.append("shallow") }
    if filter != .none { asked.append("filter") }
    if capabilities.contains("object-format") { asked.append("object-format=sha1") }
    if capabilities.contains("agent") { asked.append("agent=\(agent)") }
    var bytes: [UInt8] = []
    for (position, want) in wants.enumerated() {
      let suffix = position == 0 ? " " + asked.joined(separator: " ") : ""
      bytes += PacketLine.encode("want \(want.hexadecimal)\(suffix)\n")
    }
    return bytes + boundary + PacketLine.flushBytes + claims + PacketLine.encode("done\n")
  }

  /// Where history ends here, where it is to end, and what is to be left out.
  private var boundary: [UInt8] {
    var bytes: [UInt8] = []
    if depth != nil {
      for have in haves { bytes += PacketLine.encode("shallow \(have.hexadecimal)\n") }
    }
    if let depth { bytes += PacketLine.encode("deepen \(max(1, depth))\n") }
    if let filterText { bytes += PacketLine.encode("filter \(filterText)\n") }
    return bytes
  }

  /// The commits that are here.
  ///
  /// Without a depth none is named: the server would take their whole history to be here.
  private var claims: [UInt8] {
    depth == nil ? [] : haves.flatMap { PacketLine.encode("have \($0.hexadecimal)\n") }
  }
}

extension FetchSupport {
  init(_ greeting: ServerGreeting) {
    switch greeting {
    case .version2(let capabilities):
      let features = capabilities.features(of: "fetch")
      // gitprotocol-v2(5): "Wants can be anything and are not limited to advertised objects."
      self.init(
        shallow: features.contains("shallow"), filter: features.contains("filter"),
        anyObject: true)
    case .references(_, let capabilities):
      self.init(
        shallow: capabilities.contains("shallow"), filter: capabilities.contains("filter"),
        anyObject: capabilities.contains("allow-reachable-sha1-in-want"))
    }
  }

  /// Says which part of a request the server does not offer, if any.
  func refusal(of request: FetchRequest, _ greeting: ServerGreeting) -> ProtocolFailure? {
    func unsupported(_ message: String) -> ProtocolFailure {
      ProtocolFailure(code: .unsupported, message: message)
    }
    if request.depth != nil, !shallow { return unsupported("the server offers no shallow fetch") }
    if request.filter != .none, !filter {
      return unsupported("the server offers no filter (uploadpack.allowFilter)")
    }
    switch greeting {
    case .version2(let capabilities):
      return capabilities.contains("fetch") ? nil : unsupported("the server offers no fetch")
    case .references(_, let capabilities):
      return capabilities.contains("side-band") || capabilities.contains("side-band-64k")
        ? nil : unsupported("the server offers no side-band; it is too old")
    }
  }
}

/// Reads the answer to a fetch line by line, in either version.
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

  private(set) var shallow: [ObjectID] = []
  private(set) var words = SideBandWords()
  private var section: Section
  private let isVersion2: Bool

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
    if text.starts(with: "ERR ".utf8) { throw .said(text.dropFirst(4)) }
    switch section {
    case .version2Header:
      switch String(decoding: text, as: UTF8.self) {
      case "shallow-info": section = .version2Shallow
      case "packfile": section = .pack
      case "acknowledgments", "wanted-refs": section = .version2Skipped
      case let name: throw .violation("an unknown section \(ServerText.clean(name, limit: 40))")
      }
    case .version2Shallow, .version0Shallow: try consume(shallowLine: text)
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

  private mutating func consume(shallowLine text: ArraySlice<UInt8>) throws(ProtocolFailure) {
    if text.starts(with: "unshallow ".utf8) { return }
    guard text.starts(with: "shallow ".utf8),
      let id = ObjectID(hexadecimal: String(decoding: text.dropFirst(8), as: UTF8.self))
    else { throw .violation("not a shallow line") }
    guard shallow.count < 100_000 else { throw .violation("endless shallow lines") }
    shallow.append(id)
  }

  private mutating func consume(packLine line: PacketLine) throws(ProtocolFailure) -> Event {
    switch line {
    case .flush: return .finished
    // Version 0 acknowledges each commit that both have, or only the first.
    case .data(let bytes) where !isVersion2 && bytes.starts(with: "ACK ".utf8): return .none
    case .data(let bytes):
      switch try SideBand.split(bytes) {
      case .data(let pack): return .pack(pack)
      case .progress(let text): words.append(text)
      case .failure(let text): throw .said(Array(text))
      }
      return .none
    case .delimiter, .responseEnd: throw .violation("a mark in the middle of the pack")
    }
  }
}
