internal import Digests
internal import Foundation

/// A public key of SSH (RFC 4253, 6.6; RFC 5656; RFC 8709).
package struct SSHPublicKey: Sendable, Hashable {
  /// The name of its kind: `ssh-ed25519`.
  package let kind: String
  /// The key as it is sent.
  let blob: [UInt8]
  let numbers: PublicNumbers

  /// OpenSSH takes no shorter ones (`SSH_RSA_MINIMUM_MODULUS_SIZE`).
  private static let leastBits = 1024
  /// A longer one is refused by libcrypto, after much work.
  private static let mostBits = 16_384

  /// Reads a key as it is sent.
  ///
  /// - Throws: `MalformedBytes`, also for kinds that are not known.
  init(blob: [UInt8]) throws(MalformedBytes) {
    var reader = SSHWireReader(blob)
    let kind = try reader.text()
    switch kind {
    case "ssh-ed25519": numbers = .ed25519(try reader.string())
    case "ssh-rsa":
      let exponent = try reader.number()
      let modulus = try reader.number()
      guard (Self.leastBits / 8...Self.mostBits / 8).contains(modulus.count),
        (1...8).contains(exponent.count)
      else { throw MalformedBytes() }
      numbers = .rsa(modulus: modulus, exponent: exponent)
    default:
      let curve = try reader.text()
      guard let curve = Curve(rawValue: curve), kind == "ecdsa-sha2-\(curve.rawValue)" else {
        throw MalformedBytes()
      }
      numbers = .ecdsa(curve, point: try reader.string())
    }
    guard reader.isAtEnd else { throw MalformedBytes() }
    self.kind = kind
    self.blob = blob
  }

  /// The key of some numbers.
  init(_ numbers: PublicNumbers) {
    var writer = SSHWireWriter()
    switch numbers {
    case .ed25519(let bytes):
      kind = "ssh-ed25519"
      writer.string(kind)
      writer.string(bytes)
    case .ecdsa(let curve, let point):
      kind = "ecdsa-sha2-\(curve.rawValue)"
      writer.string(kind)
      writer.string(curve.rawValue)
      writer.string(point)
    case .rsa(let modulus, let exponent):
      kind = "ssh-rsa"
      writer.string(kind)
      writer.number(exponent)
      writer.number(modulus)
    }
    self.numbers = numbers
    blob = writer.bytes
  }

  /// Reads a line of a `.pub` file: kind, base64, comment.
  ///
  /// - Throws: `MalformedBytes`, also for kinds that are not known.
  init(line: String) throws(MalformedBytes) {
    let words = line.unicodeScalars.split { $0 == " " || $0 == "\t" }.map { String($0) }
    guard words.count > 1, let data = Data(base64Encoded: words[1]) else { throw MalformedBytes() }
    try self.init(blob: Array(data))
    guard kind == words[0] else { throw MalformedBytes() }
  }

  /// What `ssh-keygen -l` prints of it.
  package var fingerprint: String {
    let digest = Data(Digest.sha256(of: blob).bytes).base64EncodedString()
    return "SHA256:" + digest.prefix { $0 != "=" }
  }

  /// Whether a signature, as it is sent, is one of a message by this key.
  func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    do throws(MalformedBytes) {
      var reader = SSHWireReader(signature)
      let (algorithm, value) = (try reader.text(), try reader.string())
      guard reader.isAtEnd, let scheme = SignatureScheme(algorithm, for: numbers),
        let signature = try scheme.encoded(value)
      else { return false }
      return CryptoKey(numbers)?.verifies(signature, of: message, digest: scheme.digestName)
        ?? false
    } catch {
      return false
    }
  }
}

/// How a kind of keys signs (RFC 8332 for RSA, RFC 5656, RFC 8709).
struct SignatureScheme: Sendable {
  let algorithm: String
  /// The digest that libcrypto takes; `nil` for Ed25519, which has its own.
  let digestName: String?
  private let isECDSA: Bool

  /// What a key is verified by; `nil` for an algorithm that is none of the key's kind, and for SHA-1.
  init?(_ algorithm: String, for key: PublicNumbers) {
    switch (key, algorithm) {
    case (.ed25519, "ssh-ed25519"): self.init(algorithm, nil)
    case (.rsa, "rsa-sha2-512"): self.init(algorithm, "SHA512")
    case (.rsa, "rsa-sha2-256"): self.init(algorithm, "SHA256")
    case (.ecdsa(let curve, _), _) where algorithm == "ecdsa-sha2-\(curve.rawValue)":
      self.init(algorithm, curve.digestName, isECDSA: true)
    default: return nil
    }
  }

  /// What a key signs by.
  init(signingWith key: PublicNumbers) {
    switch key {
    case .ed25519: self.init("ssh-ed25519", nil)
    case .rsa: self.init("rsa-sha2-512", "SHA512")
    case .ecdsa(let curve, _):
      self.init("ecdsa-sha2-\(curve.rawValue)", curve.digestName, isECDSA: true)
    }
  }

  private init(_ algorithm: String, _ digestName: String?, isECDSA: Bool = false) {
    self.algorithm = algorithm
    self.digestName = digestName
    self.isECDSA = isECDSA
  }

  /// A signature of SSH as libcrypto has it.
  func encoded(_ value: [UInt8]) throws(MalformedBytes) -> [UInt8]? {
    guard isECDSA else { return value }
    var reader = SSHWireReader(value)
    let (r, s) = (try reader.number(), try reader.number())
    return reader.isAtEnd ? ECDSANumbers.encoded(r, s) : nil
  }

  /// A signature of libcrypto as SSH has it.
  func decoded(_ signature: [UInt8]) -> [UInt8]? {
    guard isECDSA else { return signature }
    guard let (r, s) = ECDSANumbers.decoded(signature) else { return nil }
    var writer = SSHWireWriter()
    writer.number(r)
    writer.number(s)
    return writer.bytes
  }
}
