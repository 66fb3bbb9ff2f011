import AsyncHTTPClient
import Foundation
import NIOCore
import NIOSSL

/// The configuration of AsyncHTTPClient: TLS, proxy, no redirects, no time limits but one.
struct HTTPConfiguration {
  let endpoint: Endpoint

  private var options: TransportOptions { endpoint.options }

  /// A client with this configuration.
  ///
  /// - Parameter address: The address that is asked at the time of a connection: its host has to be
  ///   named by the certificate.
  func makeClient(
    _ address: @escaping @Sendable () -> RemoteURL
  ) throws(TransportError) -> HTTPClient {
    var configuration = try make()
    // The only hook of AsyncHTTPClient that sees a connection before a request is sent.
    let check: @Sendable (any Channel) -> EventLoopFuture<Void> = { channel in
      let url = address()
      guard url.scheme == .https else { return channel.eventLoop.makeSucceededVoidFuture() }
      return CertificateName(host: url.host ?? "").check(channel)
    }
    configuration.http1_1ConnectionDebugInitializer = check
    configuration.http2ConnectionDebugInitializer = check
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  func make() throws(TransportError) -> HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    // Operations end at their deadline. This limit ends a handshake that was cancelled.
    configuration.timeout = .init(connect: .seconds(30))
    configuration.httpVersion = .automatic
    configuration.decompression = .disabled
    // The caller decides whether to try again after a refused connection.
    configuration.connectionPool.retryConnectionEstablishment = false
    // Shorter than the 60 to 75 seconds after which servers close idle connections.
    configuration.connectionPool.idleTimeout = .seconds(50)
    configuration.proxy = try proxy()
    // Also for http: the server may redirect to https.
    configuration.tlsConfiguration = try tls()
    return configuration
  }

  private func tls() throws(TransportError) -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.certificateVerification = .fullVerification
    if let authorities = options.certificateAuthorities {
      configuration.additionalTrustRoots = [
        .certificates(try certificates(authorities, what: "certificate authorities (ca.crt)"))
      ]
    }
    if let client = options.clientCertificate { try present(client, in: &configuration) }
    return configuration
  }

  /// Configures the client certificate for servers that ask for one.
  private func present(
    _ client: TransportOptions.ClientCertificate, in configuration: inout TLSConfiguration
  ) throws(TransportError) {
    let chain = try certificates(client.chain, what: "client certificates (tls.crt)")
    configuration.certificateChain = chain.map { .certificate($0) }
    do {
      let key = try NIOSSLPrivateKey(
        bytes: Array((client.privateKey.revealed + "\n").utf8), format: .pem)
      configuration.privateKey = .privateKey(key)
    } catch {
      throw invalid("the client certificate's key (tls.key) is not a PEM key without passphrase")
    }
    var trial = configuration
    // Only the pair is checked here; reading the system's authorities takes milliseconds.
    trial.trustRoots = .certificates([])
    do { _ = try NIOSSLContext(configuration: trial) } catch {
      throw invalid("tls.key is not the key of the certificate in tls.crt")
    }
  }

  private func certificates(
    _ source: TransportOptions.Certificates, what: String
  ) throws(TransportError) -> [NIOSSLCertificate] {
    let text: [UInt8]
    var place = ""
    switch source {
    case .text(let pem): text = Array(pem.utf8)
    case .file(let path):
      place = " in \(path)"
      guard let data = FileManager.default.contents(atPath: path) else {
        throw invalid("the \(what) cannot be read from \(path)")
      }
      text = Array(data)
    }
    do {
      let certificates = try NIOSSLCertificate.fromPEMBytes(text)
      guard !certificates.isEmpty else { throw invalid("there are no \(what)\(place)") }
      return certificates
    } catch let error as TransportError {
      throw error
    } catch {
      throw invalid("the \(what)\(place) are not PEM (-----BEGIN CERTIFICATE-----)")
    }
  }

  private func proxy() throws(TransportError) -> HTTPClient.Configuration.Proxy? {
    guard
      let proxy = try ProxyInUse(for: endpoint.url, environment: options.environment)?.address
    else { return nil }
    if proxy.isSOCKS { return .socksServer(host: proxy.host, port: proxy.port) }
    let authorization: HTTPClient.Authorization? = proxy.credentials.map {
      .basic(credentials: Data($0.utf8).base64EncodedString())
    }
    return .server(host: proxy.host, port: proxy.port, authorization: authorization)
  }

  private func invalid(_ message: String) -> TransportError {
    endpoint.error(.invalidConfiguration, message)
  }
}
