internal import Cmbedtls

/// A digest of bytes, computed by mbed TLS.
///
/// libgit2 needs that library anyway. swift-crypto would add a second BoringSSL besides that of TLS,
/// an eighth of a clean build, for four functions.
package struct Digest: Sendable, Hashable {
  /// 16 bytes of an MD5, 20 of a SHA-1, 64 of a SHA-512, 32 of the others.
  package let bytes: [UInt8]

  /// MD5 (RFC 1321): only for names that Kratix derives with it, not for security.
  package static func md5(of bytes: some Sequence<UInt8>) -> Digest {
    Digest(of: Array(bytes), MBEDTLS_MD_MD5)
  }

  /// SHA-1 (FIPS 180-4), the checksum of Git's packs.
  package static func sha1(of bytes: some Sequence<UInt8>) -> Digest {
    Digest(of: Array(bytes), MBEDTLS_MD_SHA1)
  }

  /// SHA-256 (FIPS 180-4).
  package static func sha256(of bytes: some Sequence<UInt8>) -> Digest {
    Digest(of: Array(bytes), MBEDTLS_MD_SHA256)
  }

  /// SHA-512 (FIPS 180-4).
  package static func sha512(of bytes: some Sequence<UInt8>) -> Digest {
    Digest(of: Array(bytes), MBEDTLS_MD_SHA512)
  }

  /// HMAC with SHA-256 (RFC 2104), which cannot be computed without the key.
  package static func hmacSHA256(of bytes: some Sequence<UInt8>, key: some Sequence<UInt8>)
    -> Digest
  {
    let (bytes, key) = (Array(bytes), Array(key))
    return Digest(MBEDTLS_MD_SHA256) { algorithm, output in
      mbedtls_md_hmac(algorithm, key, key.count, bytes, bytes.count, output)
    }
  }

  /// Takes the result of mbed TLS.
  fileprivate init(finished bytes: [UInt8]) { self.bytes = bytes }

  private init(of bytes: [UInt8], _ kind: mbedtls_md_type_t) {
    self.init(kind) { mbedtls_md($0, bytes, bytes.count, $1) }
  }

  private init(
    _ kind: mbedtls_md_type_t,
    _ make: (OpaquePointer?, UnsafeMutablePointer<UInt8>?) -> Int32
  ) {
    let algorithm = mbedtls_md_info_from_type(kind)
    var bytes = [UInt8](repeating: 0, count: Int(mbedtls_md_get_size(algorithm)))
    let status = bytes.withUnsafeMutableBufferPointer { make(algorithm, $0.baseAddress) }
    // It fails where the library was built without the algorithm, and for nothing that is given to it.
    precondition(status == 0, "mbed TLS was built without MD5, SHA-1, SHA-256 or SHA-512")
    self.bytes = bytes
  }

  /// The bytes as lower-case hexadecimal digits, two for each.
  package var hexadecimal: String { bytes.hexadecimal }
}

/// A digest of bytes that arrive in pieces.
package final class RunningDigest {
  // mbed TLS's functions take it by its address.
  private let context = UnsafeMutablePointer<mbedtls_md_context_t>.allocate(capacity: 1)

  /// SHA-1 (FIPS 180-4).
  package static func sha1() -> RunningDigest { RunningDigest(MBEDTLS_MD_SHA1) }

  private init(_ kind: mbedtls_md_type_t) {
    mbedtls_md_init(context)
    let algorithm = mbedtls_md_info_from_type(kind)
    let isStarted = mbedtls_md_setup(context, algorithm, 0) == 0 && mbedtls_md_starts(context) == 0
    precondition(isStarted, "mbed TLS was built without SHA-1")
  }

  deinit {
    mbedtls_md_free(context)
    context.deallocate()
  }

  /// Adds bytes.
  package func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes(update) }

  /// Adds bytes.
  package func update(_ bytes: UnsafeRawBufferPointer) {
    // It fails only where the digest was never started.
    _ = mbedtls_md_update(context, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
  }

  /// The digest of all added bytes; nothing can be added after it.
  package func finish() -> Digest {
    // No digest of mbed TLS is longer.
    var bytes = [UInt8](repeating: 0, count: Int(MBEDTLS_MD_MAX_SIZE))
    _ = mbedtls_md_finish(context, &bytes)
    return Digest(finished: Array(bytes.prefix(Self.sha1ByteCount)))
  }

  private static let sha1ByteCount = 20
}
