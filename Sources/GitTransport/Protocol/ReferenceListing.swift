import Git

/// The `ls-refs` command of version 2: its request, and a parser of its answer.
struct ReferenceListing {
  /// The request for the references with these prefixes, and for the branch of `HEAD`.
  ///
  /// Without `capabilities` it is only assumed that the server supports version 2, so the request
  /// has nothing that depends on its age.
  static func request(
    prefixes: [String], capabilities: Capabilities?, agent: String
  ) -> [UInt8] {
    var bytes = PacketLine.encode("command=ls-refs\n")
    if let capabilities {
      if capabilities.contains("agent") { bytes += PacketLine.encode("agent=\(agent)\n") }
      if capabilities.contains("object-format") {
        bytes += PacketLine.encode("object-format=sha1\n")
      }
    }
    bytes += PacketLine.delimiterBytes
    bytes += PacketLine.encode("symrefs\n")
    if capabilities?.features(of: "ls-refs").contains("unborn") == true {
      bytes += PacketLine.encode("unborn\n")
    }
    for prefix in prefixes.isEmpty ? [] : prefixes + ["HEAD"] {
      bytes += PacketLine.encode("ref-prefix \(prefix)\n")
    }
    return bytes + PacketLine.flushBytes
  }

  private var advertisement: ReferenceAdvertisement
  private let limit: Int

  init(capabilities: Capabilities?, referenceLimit: Int) {
    self.advertisement = ReferenceAdvertisement(capabilities: capabilities?.list ?? [])
    self.limit = referenceLimit
  }

  /// Parses one line, and returns the references once they are complete.
  mutating func consume(
    _ line: PacketLine
  ) throws(ProtocolFailure) -> ReferenceAdvertisement? {
    guard let text = line.text else {
      guard line == .flush else { throw .violation("a mark in the middle of the references") }
      return advertisement
    }
    if text.starts(with: "ERR ".utf8) { throw .reported(text.dropFirst(4)) }
    if text.starts(with: "unborn ".utf8) {
      let words = String(decoding: text, as: UTF8.self).split(separator: " ")
      if words.count > 1, words[1] == "HEAD" { takeHead(words.dropFirst(2)) }
      return nil
    }
    guard let (id, rest) = ReferenceLine.split(text) else {
      throw .violation("not a reference: \(SanitizedText.lines(text.prefix(100)).first ?? "")")
    }
    guard advertisement.references.count < limit else {
      throw ProtocolFailure(
        code: .limitExceeded, message: "the server lists more than \(limit) references")
    }
    let words = rest.utf8.split(separator: UInt8(ascii: " ")).map(Substring.init)
    guard let name = words.first else { throw .violation("a reference without a name") }
    if name == "HEAD" { takeHead(words.dropFirst()) }
    advertisement.references[ReferenceName(String(name))] = id
    return nil
  }

  private mutating func takeHead(_ attributes: ArraySlice<Substring>) {
    for attribute in attributes where attribute.hasPrefix("symref-target:") {
      advertisement.head = String(attribute.dropFirst("symref-target:".count))
    }
  }
}

extension ReferenceAdvertisement {
  /// Drops the references that were not asked for; servers may send more.
  func keeping(prefixes: [String]) -> ReferenceAdvertisement {
    guard !prefixes.isEmpty else { return self }
    var kept = self
    kept.references = references.filter { entry in
      prefixes.contains { entry.key.text.utf8.starts(with: $0.utf8) }
    }
    return kept
  }
}
