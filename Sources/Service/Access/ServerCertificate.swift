internal import Landing
internal import NIOCore
internal import NIOSSL
internal import Web

/// The certificate that the service shows, read again when it is renewed.
struct ServerCertificate: Sendable {
  /// What is read from the files.
  struct Pair: Sendable {
    let chain: [NIOSSLCertificateSource]
    let key: NIOSSLPrivateKeySource
  }

  let files: Reloading<Pair>

  /// Reads a certificate chain and its key, both in PEM.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`.
  init(chain: String, key: String) throws {
    files = try Reloading(paths: [chain, key]) {
      do { return try Self.pair(chain, key) } catch {
        throw LandingError(.invalidConfiguration, "\(chain), \(key): \(error)")
      }
    }
  }

  private static func pair(_ chain: String, _ key: String) throws -> Pair {
    let pair = Pair(
      chain: try NIOSSLCertificate.fromPEMFile(chain).map { .certificate($0) },
      key: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
    // A key that does not fit is found out here and not at the first handshake.
    _ = try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: pair.chain, privateKey: pair.key))
    return pair
  }

  /// The suites of TLS 1.2: with forward secrecy and authenticated encryption (RFC 9325, 4.2).
  ///
  /// Those of TLS 1.3 all have both, and are not chosen.
  private static let suites: [NIOTLSCipher] = [
    .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
  ]

  /// TLS 1.2 or newer, with the certificate as it is at each handshake.
  var configuration: TLSConfiguration {
    let first = files.value
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: first.chain, privateKey: first.key)
    configuration.minimumTLSVersion = .tlsv12
    configuration.cipherSuiteValues = Self.suites
    configuration.sslContextCallback = { [files] _, promise in
      let now = files.value
      var override = NIOSSLContextConfigurationOverride()
      override.certificateChain = now.chain
      override.privateKey = now.key
      promise.succeed(override)
    }
    return configuration
  }
}
