internal import Cmbedtls

/// A signature by an RSA key, computed by mbed TLS: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, 8.2).
package enum RSASignature {
  /// Why a key cannot sign; it says nothing of the key itself.
  package enum KeyError: Error, Sendable, Hashable {
    /// Not PEM, damaged, or protected by a passphrase.
    case unreadable
    /// A key of another algorithm, such as elliptic curves.
    case notRSA
  }

  /// Signs bytes.
  ///
  /// - Parameter pem: The private key without passphrase, PKCS#1 or PKCS#8.
  package static func sha256(of bytes: some Sequence<UInt8>, pem: String) throws(KeyError)
    -> [UInt8]
  {
    let key = Array(pem.utf8) + [0]
    let digest = Digest.sha256(of: bytes).bytes
    var signature = [UInt8](repeating: 0, count: Int(MBEDTLS_PK_SIGNATURE_MAX_SIZE))
    var count = 0
    switch shim_rsa_sha256(key, key.count, digest, &signature, &count) {
    case 0: return Array(signature.prefix(count))
    case SHIM_NOT_RSA: throw .notRSA
    default: throw .unreadable
    }
  }
}
