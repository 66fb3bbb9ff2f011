import Foundation

/// The private key of a Secret, without what editing and encoding may have added to it: blanks
/// around lines, Windows line ends, a byte order mark.
///
/// Kratix accepts such keys (Go, `encoding/pem`), but `ssh` does not.
package struct SSHPrivateKey {
  /// What is wrong with a key that `ssh` cannot use, and the remedy.
  package struct Fault: Error {
    package let message: String
  }

  /// The key with a line end after each of its lines.
  package let text: String

  /// Reads a key.
  ///
  /// - Parameter name: What messages call it.
  /// - Throws: ``Fault``, which shows nothing of the key.
  package init(_ secret: Secret, named name: String = "sshPrivateKey") throws(Fault) {
    let all = TextLines.trimmed(secret.revealed)
    guard let first = all.first else { throw Fault(message: "\(name) is empty") }
    guard !first.contains("-----END ") else {
      throw Fault(message: "\(name) is one line; its line ends were lost, and have to be put back")
    }
    let start = all.firstIndex { $0.hasPrefix("-----BEGIN ") && $0.hasSuffix(" PRIVATE KEY-----") }
    guard let start else {
      let kind = Self.otherKinds.first { first.hasPrefix($0.start) }?.message
      let fault = kind ?? (Self.isEncodedAgain(all) ? Self.encodedTwice : Self.noKey)
      throw Fault(message: "\(name) is \(fault)")
    }
    guard let end = all[start...].firstIndex(where: { $0.hasPrefix("-----END ") }) else {
      throw Fault(
        message: "\(name) is cut off: the line -----END … PRIVATE KEY----- is missing")
    }
    let lines = Array(all[start...end])
    guard !Self.isEncrypted(lines) else {
      throw Fault(
        message:
          "\(name) has a passphrase, which cannot be entered here; give a key without"
          + " one (ssh-keygen -p -N '' -f FILE takes it off)")
    }
    text = lines.map { $0 + "\n" }.joined()
  }

  private static let noKey =
    "no private key: its first line must be -----BEGIN … PRIVATE KEY-----"
  private static let encodedTwice =
    "base64 of a key: it was encoded twice; put the key itself under stringData"
  private static let publicKey =
    "a public key; give the private one, the file whose name has no .pub"

  private static let otherKinds: [(start: String, message: String)] = [
    ("ssh-", publicKey), ("ecdsa-sha2-", publicKey), ("sk-", publicKey),
    ("---- BEGIN SSH2 PUBLIC KEY", publicKey), ("-----BEGIN PUBLIC KEY", publicKey),
    ("-----BEGIN RSA PUBLIC KEY", publicKey),
    (
      "PuTTY-User-Key-File",
      "a key of PuTTY; make one of OpenSSH of it (puttygen FILE -O private-openssh)"
    ),
  ]

  private static func isEncodedAgain(_ lines: [String]) -> Bool {
    guard let decoded = Data(base64Encoded: lines.joined()) else { return false }
    return decoded.starts(with: "-----BEGIN ".utf8)
  }

  /// Whether a passphrase is needed: RFC 1421 has a header that says so, PKCS #8 a name of its own
  /// (RFC 5958), and OpenSSH the name of a cipher (PROTOCOL.key).
  private static func isEncrypted(_ lines: [String]) -> Bool {
    if lines[0].contains("ENCRYPTED") { return true }
    if lines.contains(where: { $0.hasPrefix("Proc-Type:") && $0.hasSuffix("ENCRYPTED") }) {
      return true
    }
    let body = Data(base64Encoded: lines.dropFirst().dropLast().joined()) ?? Data()
    let unencrypted = Array("openssh-key-v1\0".utf8) + [0, 0, 0, 4] + Array("none".utf8)
    return body.starts(with: "openssh-key-v1\0".utf8) && !body.starts(with: unencrypted)
  }
}

/// Lines of text that other programs may have changed.
enum TextLines {
  /// The lines without blanks around them and without a byte order mark; blank lines at both ends
  /// are left out.
  static func trimmed(_ text: String) -> [String] {
    let blanks: Set<Unicode.Scalar> = [" ", "\t", "\r", "\u{feff}"]
    let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map {
      line -> String in
      let start = line.drop { blanks.contains($0) }
      let end = start.lastIndex { !blanks.contains($0) }.map { start.index(after: $0) }
      return String(start[..<(end ?? start.startIndex)])
    }
    let start = lines.drop(while: \.isEmpty)
    let end = start.lastIndex { !$0.isEmpty }.map { $0 + 1 }
    return Array(start[..<(end ?? start.startIndex)])
  }
}
