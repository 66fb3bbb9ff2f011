internal import Digests
internal import Foundation

/// A signature of a file by a key of SSH (OpenSSH's PROTOCOL.sshsig).
package struct SSHSignature: Sendable {
  /// The digest of the message that is signed.
  enum Hash: String, Sendable {
    case sha256, sha512

    func digest(of message: [UInt8]) -> [UInt8] {
      switch self {
      case .sha256: Digest.sha256(of: message).bytes
      case .sha512: Digest.sha512(of: message).bytes
      }
    }
  }

  /// The namespace of what git signs (`gpg-interface.c`).
  static let namespace = "git"

  let publicKey: SSHPublicKey
  let namespace: String
  let hash: Hash
  /// The signature as it is sent.
  let value: [UInt8]

  private static let magic = Array("SSHSIG".utf8)
  private static let version = 1
  static let firstLine = "-----BEGIN SSH SIGNATURE-----"
  private static let lastLine = "-----END SSH SIGNATURE-----"
  private static let lineLength = 70

  init(publicKey: SSHPublicKey, namespace: String, hash: Hash, value: [UInt8]) {
    self.publicKey = publicKey
    self.namespace = namespace
    self.hash = hash
    self.value = value
  }

  /// What the key signs for a message.
  static func signedBytes(
    of message: [UInt8], namespace: String = SSHSignature.namespace, hash: Hash = .sha512
  ) -> [UInt8] {
    var writer = SSHWireWriter()
    writer.raw(magic)
    writer.string(namespace)
    writer.string("")
    writer.string(hash.rawValue)
    writer.string(hash.digest(of: message))
    return writer.bytes
  }

  /// Reads an armored signature.
  ///
  /// - Throws: `MalformedBytes`, also for kinds of keys that are not known.
  init(armored: [UInt8]) throws(MalformedBytes) {
    let lines = armored.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    guard let first = lines.first, let last = lines.last, lines.count > 2,
      first.elementsEqual(Self.firstLine.utf8), last.elementsEqual(Self.lastLine.utf8),
      let data = Data(base64Encoded: Data(lines.dropFirst().dropLast().joined()))
    else { throw MalformedBytes() }
    var reader = SSHWireReader(data)
    guard try reader.bytes(Self.magic.count) == Self.magic, try reader.uint32() == Self.version
    else { throw MalformedBytes() }
    publicKey = try SSHPublicKey(blob: reader.string())
    namespace = try reader.text()
    _ = try reader.string()
    guard let hash = Hash(rawValue: try reader.text()) else { throw MalformedBytes() }
    self.hash = hash
    value = try reader.string()
    guard reader.isAtEnd else { throw MalformedBytes() }
  }

  /// The signature as `ssh-keygen -Y sign` prints it.
  var armored: [UInt8] {
    var writer = SSHWireWriter()
    writer.raw(Self.magic)
    writer.uint32(Self.version)
    writer.string(publicKey.blob)
    writer.string(namespace)
    writer.string("")
    writer.string(hash.rawValue)
    writer.string(value)
    let text = Array(Data(writer.bytes).base64EncodedString().utf8)
    let lines = stride(from: 0, to: text.count, by: Self.lineLength).map { start in
      String(decoding: text[start..<min(start + Self.lineLength, text.count)], as: UTF8.self)
    }
    let all = [Self.firstLine] + lines + [Self.lastLine]
    return all.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] }
  }

  /// Whether it is a valid signature of a message by the key that it names.
  func isValid(for message: [UInt8]) -> Bool {
    publicKey.verifies(
      value, of: Self.signedBytes(of: message, namespace: namespace, hash: hash))
  }
}
