import Git

/// The message of a fetch request, in the protocol version of the server.
///
/// gitprotocol-v2(5) `fetch`; gitprotocol-pack(5) "Packfile Negotiation".
extension FetchRequest {
  /// The request with the object that its reference names.
  ///
  /// - Throws: `ProtocolFailure` if the server has no such reference.
  func resolved(
    _ name: String, in references: ReferenceAdvertisement
  ) throws(ProtocolFailure) -> FetchRequest {
    guard let id = references[name] else {
      throw ProtocolFailure(
        code: .objectNotFound,
        message: "the server has no \(SanitizedText.clean(name, limit: 100)) any more")
    }
    var request = self
    request.reference = nil
    request.wants.append(id)
    return request
  }

  /// - Throws: `ProtocolFailure` if the server does not offer what is requested.
  func message(
    to advertisement: InitialAdvertisement, agent: String
  ) throws(ProtocolFailure) -> [UInt8] {
    try check(FetchSupport(advertisement))
    switch advertisement {
    case .version2(let capabilities):
      guard capabilities.contains("fetch") else { throw unsupported("the server offers no fetch") }
      return version2(capabilities: capabilities, agent: agent)
    case .references(_, let capabilities):
      guard capabilities.contains("side-band") || capabilities.contains("side-band-64k") else {
        throw unsupported("the server offers no side-band; it is too old")
      }
      return version0(capabilities: capabilities, agent: agent)
    }
  }

  private func check(_ support: FetchSupport) throws(ProtocolFailure) {
    if depth != nil, !support.shallow { throw unsupported("the server offers no shallow fetch") }
    if filter != .none, !support.filter {
      throw unsupported("the server offers no filter (uploadpack.allowFilter)")
    }
  }

  private func unsupported(_ message: String) -> ProtocolFailure {
    ProtocolFailure(code: .unsupported, message: message)
  }

  private var filterText: String? {
    switch filter {
    case .none: nil
    case .blobNone: "blob:none"
    case .treeDepth(let depth): "tree:\(max(0, depth))"
    }
  }

  /// A version 2 message; without capabilities it has nothing that depends on the server's age.
  func version2(capabilities: Capabilities, agent: String) -> [UInt8] {
    var bytes = PacketLine.encode("command=fetch\n")
    if capabilities.contains("agent") { bytes += PacketLine.encode("agent=\(agent)\n") }
    if capabilities.contains("object-format") { bytes += PacketLine.encode("object-format=sha1\n") }
    bytes += PacketLine.delimiterBytes
    bytes += PacketLine.encode("no-progress\n") + PacketLine.encode("ofs-delta\n")
    if !haveLines.isEmpty { bytes += PacketLine.encode("thin-pack\n") }
    for want in wants { bytes += PacketLine.encode("want \(want.hexadecimal)\n") }
    bytes += boundary
    return bytes + haveLines + PacketLine.encode("done\n") + PacketLine.flushBytes
  }

  func version0(capabilities: Capabilities, agent: String) -> [UInt8] {
    var asked = [capabilities.contains("side-band-64k") ? "side-band-64k" : "side-band"]
    // dulwich requires thin-pack; without `have` lines no pack is thin.
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
    return bytes + boundary + PacketLine.flushBytes + haveLines + PacketLine.encode("done\n")
  }

  /// The lines for shallow commits, depth and filter.
  private var boundary: [UInt8] {
    var bytes: [UInt8] = []
    if depth != nil {
      for have in haves { bytes += PacketLine.encode("shallow \(have.hexadecimal)\n") }
    }
    if let depth { bytes += PacketLine.encode("deepen \(max(1, depth))\n") }
    if let filterText { bytes += PacketLine.encode("filter \(filterText)\n") }
    return bytes
  }

  /// The `have` lines.
  ///
  /// None without a depth: the server would assume that their whole history is here.
  private var haveLines: [UInt8] {
    depth == nil ? [] : haves.flatMap { PacketLine.encode("have \($0.hexadecimal)\n") }
  }
}
