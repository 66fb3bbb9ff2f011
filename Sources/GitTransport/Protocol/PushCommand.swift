import Git

/// The command of a push, which the pack follows.
///
/// gitprotocol-pack(5) "Reference Update Request and Packfile Transfer".
extension ReferenceUpdate {
  /// The command with the capabilities that both sides have, and the flush that ends the commands.
  func command(capabilities: Capabilities, agent: String) throws(ProtocolFailure) -> [UInt8] {
    guard capabilities.contains("report-status") else {
      throw ProtocolFailure(
        code: .unsupported,
        message:
          "the server does not offer report-status, so the result of a push would be unknown")
    }
    guard new != old else {
      throw ProtocolFailure(
        code: .unsupported, message: "an update must move the reference to another object")
    }
    guard new != .zero || name.hasPrefix(Self.scratch) else {
      throw ProtocolFailure(
        code: .unsupported, message: "only references below \(Self.scratch) are deleted")
    }
    guard new != .zero || capabilities.contains("delete-refs") else {
      throw ProtocolFailure(
        code: .unsupported, message: "the server does not let clients delete references")
    }
    guard name.hasPrefix("refs/"), name.utf8.count < 4096,
      name.unicodeScalars.allSatisfy({ $0.value > 32 && $0.value != 127 })
    else {
      throw ProtocolFailure(
        code: .unsupported,
        message:
          "\(SanitizedText.clean(name, limit: 100)) is not the full name of a reference (refs/heads/…)"
      )
    }
    var asked = ["report-status"]
    if capabilities.contains("side-band-64k") { asked.append("side-band-64k") }
    if capabilities.contains("object-format") { asked.append("object-format=sha1") }
    if capabilities.contains("agent") { asked.append("agent=\(agent)") }
    let command = "\(old.hexadecimal) \(new.hexadecimal) \(name)\0 \(asked.joined(separator: " "))"
    return PacketLine.encode(command) + PacketLine.flushBytes
  }
}
