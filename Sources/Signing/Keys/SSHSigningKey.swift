internal import Foundation
package import GitTransport
internal import Synchronization

/// A private key of SSH that signs in this process; it prints nothing of itself but its public key.
package struct SSHSigningKey: Sendable {
  /// Its public key.
  package let publicKey: SSHPublicKey
  private let key: HeldKey

  /// Reads a key as `ssh-keygen` writes it (OpenSSH's PROTOCOL.key), or PKCS #1, SEC 1 or PKCS #8 in
  /// PEM.
  ///
  /// - Parameter name: What messages call it.
  /// - Throws: `SigningError`, which shows nothing of the key.
  package init(_ secret: Secret, named name: String) throws(SigningError) {
    let text: String
    do throws(SSHPrivateKey.Fault) {
      text = try SSHPrivateKey(secret, named: name).text
    } catch {
      throw SigningError(.invalidKey, error.message)
    }
    let numbers: PrivateNumbers
    do throws(MalformedBytes) {
      let lines = text.split(separator: "\n")
      if lines[0].contains("BEGIN OPENSSH") {
        let body = lines.dropFirst().dropLast().joined()
        guard let data = Data(base64Encoded: body) else { throw MalformedBytes() }
        numbers = PrivateNumbers(secret: try OpenSSHKeyFile(Array(data)).key)
      } else {
        numbers = PrivateNumbers(secret: .pem(Array(text.utf8)))
      }
    } catch {
      throw Self.damaged(name)
    }
    guard let key = CryptoKey(numbers) else { throw Self.damaged(name) }
    guard let found = key.publicNumbers,
      let publicKey = try? SSHPublicKey(blob: SSHPublicKey(found).blob)
    else {
      throw SigningError(
        .invalidKey,
        "\(name) is a private key of a kind that cannot sign here: give one of Ed25519, ECDSA or "
          + "RSA of at least 1024 bits (ssh-keygen -t ed25519)")
    }
    self.publicKey = publicKey
    self.key = HeldKey(key)
  }

  private static func damaged(_ name: String) -> SigningError {
    SigningError(
      .invalidKey,
      "\(name) is damaged or of a kind that cannot sign here: ssh-keygen -y -f FILE shows whether "
        + "ssh can read it; give one of Ed25519, ECDSA or RSA (ssh-keygen -t ed25519)")
  }

  /// Signs a message; the signature is as it is sent.
  ///
  /// - Returns: `nil` if libcrypto does not sign with this key.
  func sign(_ message: [UInt8]) -> [UInt8]? {
    let scheme = SignatureScheme(signingWith: publicKey.numbers)
    guard
      let value = key.sign(message, digest: scheme.digestName).flatMap(scheme.decoded)
    else { return nil }
    var writer = SSHWireWriter()
    writer.string(scheme.algorithm)
    writer.string(value)
    return writer.bytes
  }
}

/// A key that signs again and again: what libcrypto prepares for the first signature of an RSA key takes
/// as long as the signature.
private final class HeldKey: Sendable, CustomStringConvertible, CustomReflectable {
  private let key: Mutex<CryptoKey>

  init(_ key: sending CryptoKey) { self.key = Mutex(key) }

  func sign(_ message: [UInt8], digest: String?) -> [UInt8]? {
    key.withLock { $0.sign(message, digest: digest) }
  }

  var description: String { "(redacted)" }
  var customMirror: Mirror { Mirror(self, children: []) }
}

/// A private key without passphrase in OpenSSH's own format (PROTOCOL.key).
private struct OpenSSHKeyFile {
  let key: PrivateNumbers.Value

  init(_ bytes: [UInt8]) throws(MalformedBytes) {
    var file = SSHWireReader(bytes)
    let isMarked = try file.bytes(Self.mark.count) == Self.mark
    // One with a passphrase has been refused by now.
    let (cipher, kdf) = (try file.text(), try file.text())
    _ = try file.string()
    guard isMarked, cipher == "none", kdf == "none", try file.uint32() == 1 else {
      throw MalformedBytes()
    }
    let publicKey = try SSHPublicKey(blob: file.string())
    var section = SSHWireReader(try file.string())
    guard try section.uint32() == section.uint32(), try section.text() == publicKey.kind else {
      throw MalformedBytes()
    }
    key = try Self.key(&section, of: publicKey.numbers)
  }

  private static let mark = Array("openssh-key-v1\0".utf8)

  /// - Throws: `MalformedBytes`, also where it is not the private key of the public one.
  private static func key(
    _ section: inout SSHWireReader, of publicKey: PublicNumbers
  ) throws(MalformedBytes) -> PrivateNumbers.Value {
    switch publicKey {
    case .ed25519(let known):
      let (point, pair) = (try section.string(), try section.string())
      guard point == known, pair.count == 64, Array(pair.suffix(32)) == known else {
        throw MalformedBytes()
      }
      return .ed25519(seed: Array(pair.prefix(32)))
    case .ecdsa(let curve, let known):
      let name = try section.text()
      guard name == curve.rawValue, try section.string() == known else { throw MalformedBytes() }
      return .ecdsa(curve, point: known, scalar: try section.number())
    case .rsa(let known, let exponent):
      guard try section.number() == known, try section.number() == exponent else {
        throw MalformedBytes()
      }
      let (privateExponent, coefficient) = (try section.number(), try section.number())
      let primes = [try section.number(), try section.number()]
      return .rsa(
        modulus: known, exponent: exponent, privateExponent: privateExponent, primes: primes,
        coefficient: coefficient)
    }
  }
}
