internal import AsyncHTTPClient
internal import Foundation
internal import GitTransport
internal import NIOCore
internal import NIOSSL

/// The configuration of AsyncHTTPClient for one access: TLS, proxy, no redirects.
struct ConnectionConfiguration {
  let access: ClusterAccess
  let certificate: ClusterAccess.ClientCertificate?
  let environment: [String: String]

  /// Longer than a watch is open without any event (`Watch`).
  static let readLimit: TimeAmount = .seconds(270)

  func make() throws(KubernetesError) -> HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    configuration.timeout = .init(connect: .seconds(10), read: Self.readLimit)
    configuration.decompression = .disabled
    configuration.connectionPool.retryConnectionEstablishment = false
    // Without HTTP/2, as through some proxies, each watch keeps a connection to itself.
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1024
    configuration.tlsConfiguration = try tls()
    configuration.proxy = try proxy().map(Self.proxy)
    if let name = access.serverName, let host = access.server.host {
      configuration.dnsOverride = [name: host]
    }
    if access.server.scheme == .https, access.verifiesCertificate {
      let check = CertificateName(host: access.serverName ?? access.server.host ?? "")
      configuration.http1_1ConnectionDebugInitializer = { check.check($0) }
      configuration.http2ConnectionDebugInitializer = { check.check($0) }
    }
    return configuration
  }

  /// The proxy of the kubeconfig, or that of the environment.
  func proxy() throws(KubernetesError) -> ProxyAddress? {
    if let proxy = access.proxy { return proxy }
    do throws(TransportError) {
      return try ProxyInUse(for: access.server, environment: environment)?.address
    } catch {
      throw invalid(error.message)
    }
  }

  private static func proxy(_ address: ProxyAddress) -> HTTPClient.Configuration.Proxy {
    if address.isSOCKS { return .socksServer(host: address.host, port: address.port) }
    let authorization: HTTPClient.Authorization? = address.credentials.map {
      .basic(credentials: Data($0.utf8).base64EncodedString())
    }
    return .server(host: address.host, port: address.port, authorization: authorization)
  }

  private func tls() throws(KubernetesError) -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.certificateVerification = access.verifiesCertificate ? .fullVerification : .none
    if let authorities = access.authorities {
      configuration.trustRoots = .certificates(
        try certificates(authorities, "certificate-authority"))
    }
    guard let certificate else { return configuration }
    configuration.certificateChain = try certificates(certificate.chain, "client-certificate")
      .map { .certificate($0) }
    do {
      configuration.privateKey = .privateKey(
        try NIOSSLPrivateKey(bytes: Array((certificate.key.revealed + "\n").utf8), format: .pem))
      var trial = configuration
      // Only the pair is checked here; reading the system's authorities takes milliseconds.
      trial.trustRoots = .certificates([])
      _ = try NIOSSLContext(configuration: trial)
    } catch {
      throw invalid("client-key is not the PEM key, without passphrase, of client-certificate")
    }
    return configuration
  }

  private func certificates(
    _ pem: [UInt8], _ field: String
  ) throws(KubernetesError) -> [NIOSSLCertificate] {
    guard let certificates = try? NIOSSLCertificate.fromPEMBytes(pem), !certificates.isEmpty else {
      throw invalid("\(field) holds no certificate in PEM (-----BEGIN CERTIFICATE-----)")
    }
    return certificates
  }

  private func invalid(_ message: String) -> KubernetesError {
    KubernetesError(.invalidConfiguration, "\(access.origin): \(message)")
  }
}
