/// The curves of ECDSA keys (RFC 5656).
enum Curve: String, Sendable, CaseIterable {
  case p256 = "nistp256"
  case p384 = "nistp384"
  case p521 = "nistp521"

  /// What libcrypto calls it.
  var groupName: String {
    switch self {
    case .p256: "prime256v1"
    case .p384: "secp384r1"
    case .p521: "secp521r1"
    }
  }

  /// The digest that is signed (RFC 5656, 6.2.1).
  var digestName: String {
    switch self {
    case .p256: "SHA256"
    case .p384: "SHA384"
    case .p521: "SHA512"
    }
  }
}

/// A public key as numbers.
enum PublicNumbers: Sendable, Hashable {
  case ed25519([UInt8])
  /// The point uncompressed (SEC 1, 2.3.3).
  case ecdsa(Curve, point: [UInt8])
  case rsa(modulus: [UInt8], exponent: [UInt8])
}

/// A private key as numbers; it prints nothing of them.
struct PrivateNumbers: Sendable, CustomStringConvertible, CustomReflectable {
  enum Value: Sendable {
    case ed25519(seed: [UInt8])
    case ecdsa(Curve, point: [UInt8], scalar: [UInt8])
    case rsa(
      modulus: [UInt8], exponent: [UInt8], privateExponent: [UInt8], primes: [[UInt8]],
      coefficient: [UInt8])
    /// PKCS #1, SEC 1 or PKCS #8 in PEM.
    case pem([UInt8])
  }

  let secret: Value

  var description: String { "(redacted)" }
  var customMirror: Mirror { Mirror(self, children: []) }
}
