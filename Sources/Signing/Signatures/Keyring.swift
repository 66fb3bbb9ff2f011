internal import Foundation
internal import GitTransport

/// Public keys of OpenPGP, as `gpg --export` writes them, armored or not.
package struct Keyring: Sendable, Hashable {
  let packets: [UInt8]

  private static let begin = "-----BEGIN PGP PUBLIC KEY BLOCK-----"
  private static let end = "-----END PGP PUBLIC KEY BLOCK-----"

  /// - Parameter name: What messages call it.
  /// - Throws: `SigningError`.
  package init(_ bytes: [UInt8], named name: String) throws(SigningError) {
    let packets = bytes.first.map { $0 >= 0x80 } == true ? bytes : Self.packets(inArmored: bytes)
    // A public key is the first packet, in the old or the new form (RFC 9580, 4.2).
    guard let first = packets?.first, let packets,
      first & 0xFC == 0x98 || first == 0xC6
    else {
      throw SigningError(
        .invalidKey,
        "\(name) is no keyring of OpenPGP public keys: write one with gpg --armor --export ID")
    }
    self.packets = packets
  }

  /// The packets of all blocks (RFC 9580, 6.2); `nil` if one cannot be read.
  private static func packets(inArmored bytes: [UInt8]) -> [UInt8]? {
    var packets: [UInt8] = []
    var body: [String]?
    for line in String(decoding: bytes, as: UTF8.self).unicodeScalars.split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      let line = String(line).trimmingCharacters(in: .whitespaces.union(["\r"]))
      if line == begin {
        body = []
      } else if line == end {
        guard let data = data(of: body ?? []) else { return nil }
        packets += data
        body = nil
      } else {
        body?.append(line)
      }
    }
    return body == nil ? packets : nil
  }

  /// Base64 between the headers, which end with a blank line, and the checksum.
  private static func data(of body: [String]) -> Data? {
    let lines = body.drop { !$0.isEmpty }.dropFirst().filter { !$0.hasPrefix("=") }
    return Data(base64Encoded: lines.joined())
  }

  /// Runs a body with the path of a file that has the keys.
  func withFile<Value>(
    _ body: (String) async throws(SigningError) -> Value
  ) async throws(SigningError) -> Value {
    let file: PrivateFile
    do { file = try PrivateFile(packets) } catch {
      throw SigningError(.failed, "a file in memory could not be made for the keyring: \(error)")
    }
    defer { withExtendedLifetime(file) {} }
    return try await body(file.path)
  }
}
