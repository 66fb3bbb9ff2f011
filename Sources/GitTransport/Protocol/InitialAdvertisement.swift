import Git

/// The first message of a server: its references (versions 0 and 1), or its capabilities
/// (version 2).
enum InitialAdvertisement: Hashable {
  case references(ReferenceAdvertisement, Capabilities)
  case version2(Capabilities)

  var capabilities: Capabilities {
    switch self {
    case .references(_, let capabilities), .version2(let capabilities): capabilities
    }
  }

  var isVersion2: Bool {
    if case .version2 = self { true } else { false }
  }
}

/// Parses the initial advertisement line by line.
///
/// gitprotocol-pack(5) "Reference Discovery", gitprotocol-http(5) "Smart Server Response",
/// gitprotocol-v2(5) "Initial Client Request".
struct AdvertisementParser {
  private enum State {
    case start
    case afterServiceLine
    case references
    case version2
    case finished
  }

  private var state = State.start
  private var capabilities: Capabilities?
  private var list: [String] = []
  private var references: [ReferenceName: ObjectID] = [:]
  private let limit: Int
  private let namesService: Bool
  private var hasNamedService = false

  /// - Parameters:
  ///   - referenceLimit: The most references that are accepted.
  ///   - namesService: Whether a line that names the service must come first, as over http.
  init(referenceLimit: Int, namesService: Bool = false) {
    self.limit = referenceLimit
    self.namesService = namesService
  }

  /// Parses one line, and returns the advertisement once it is complete.
  mutating func consume(_ line: PacketLine) throws(ProtocolFailure) -> InitialAdvertisement? {
    switch (state, line) {
    case (.afterServiceLine, .flush):
      state = .start
      return nil
    case (.start, .flush) where namesService && !hasNamedService:
      throw .violation("an empty answer that no Git server gives; is the URL right?")
    case (.start, .flush), (.references, .flush):
      // Servers older than `capabilities^{}` send only a flush for a repository without references.
      state = .finished
      let capabilities = capabilities ?? Capabilities([])
      return .references(
        ReferenceAdvertisement(
          references: references, head: capabilities.head, capabilities: capabilities.list),
        capabilities)
    case (.version2, .flush):
      state = .finished
      let capabilities = Capabilities(list)
      try capabilities.requireSHA1()
      return .version2(capabilities)
    case (_, .data):
      try consume(text: line.text ?? [])
      return nil
    default:
      throw .violation("a mark in the middle of the advertised references")
    }
  }

  private mutating func consume(text: ArraySlice<UInt8>) throws(ProtocolFailure) {
    if text.starts(with: "ERR ".utf8) { throw .reported(text.dropFirst(4)) }
    switch state {
    case .start:
      if text.starts(with: "# service=".utf8) {
        state = .afterServiceLine
        hasNamedService = true
      } else if text.elementsEqual("version 2".utf8) {
        state = .version2
      } else if !text.elementsEqual("version 1".utf8) {
        state = .references
        try consume(reference: text)
      }
    case .references: try consume(reference: text)
    case .version2:
      guard list.count < 1000 else { throw tooMany("capabilities", 1000) }
      list.append(String(decoding: text, as: UTF8.self))
    case .afterServiceLine, .finished:
      throw .violation("more lines where the advertised references should end")
    }
  }

  private mutating func consume(reference text: ArraySlice<UInt8>) throws(ProtocolFailure) {
    var line = text
    if capabilities == nil {
      let end = text.firstIndex(of: 0) ?? text.endIndex
      let read = Capabilities(line: text[end...].dropFirst())
      try read.requireSHA1()
      capabilities = read
      line = text[..<end]
    }
    if line.starts(with: "shallow ".utf8) { return }
    guard let (id, name) = ReferenceLine.split(line) else {
      throw .violation("not a reference: \(SanitizedText.lines(line.prefix(100)).first ?? "")")
    }
    // `.have` lines name objects that the server has from other repositories.
    guard name != ".have", !name.hasSuffix("^{}") else { return }
    guard references.count < limit else { throw tooMany("references", limit) }
    references[ReferenceName(name)] = id
  }

  private func tooMany(_ what: String, _ limit: Int) -> ProtocolFailure {
    ProtocolFailure(
      code: .limitExceeded, message: "the server advertises more than \(limit) \(what)")
  }
}

/// `<40 hexadecimal digits> <name>`, a reference in every version of the protocol.
enum ReferenceLine {
  static func split(_ line: ArraySlice<UInt8>) -> (id: ObjectID, rest: String)? {
    let digits = line.prefix(40)
    guard line.count > 41, line.dropFirst(40).first == UInt8(ascii: " "),
      let id = ObjectID(hexadecimal: String(decoding: digits, as: UTF8.self))
    else { return nil }
    return (id, String(decoding: line.dropFirst(41), as: UTF8.self))
  }
}
