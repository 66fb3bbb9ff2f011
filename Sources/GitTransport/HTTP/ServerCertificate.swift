import AsyncHTTPClient
package import Foundation
import NIOCore
import NIOSSL
import Synchronization

/// The certificate that a server shows.
package struct ServerCertificate: Sendable, Hashable {
  /// The first moment at which it is valid.
  package var notBefore: Date
  /// The last moment at which it is valid.
  package var notAfter: Date
}

/// Reads the certificate of a server whether it is trusted or not: a TLS handshake, through the proxy
/// if there is one, after which the connection is closed before anything is sent.
struct CertificateLook {
  let endpoint: Endpoint

  private final class Seen: Sendable {
    let certificate = Mutex<ServerCertificate?>(nil)
  }

  private struct Done: Error {}

  /// - Returns: `nil` if there was no handshake.
  func certificate(
    until deadline: ContinuousClock.Instant
  ) async throws(TransportError) -> ServerCertificate? {
    var configuration = try HTTPConfiguration(endpoint: endpoint).make()
    configuration.tlsConfiguration?.certificateVerification = .none
    configuration.tlsConfiguration?.certificateChain = []
    configuration.tlsConfiguration?.privateKey = nil
    let seen = Seen()
    let look: @Sendable (any Channel) -> EventLoopFuture<Void> = { channel in
      channel.nioSSL_peerCertificate().flatMapThrowing { certificate in
        seen.certificate.withLock { $0 = certificate.map(ServerCertificate.init) }
        channel.close(promise: nil)
        throw Done()
      }
    }
    configuration.http1_1ConnectionDebugInitializer = look
    configuration.http2ConnectionDebugInitializer = look
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    let limit = ContinuousClock.now.duration(to: deadline)
    // It always fails: the initializer above ends the connection.
    _ = try? await client.execute(
      HTTPClientRequest(url: endpoint.url.description),
      timeout: .milliseconds(max(1, limit.components.seconds * 1_000)))
    // The same: there is nothing to close any more.
    try? await client.shutdown()
    return seen.certificate.withLock { $0 }
  }
}

extension ServerCertificate {
  init(_ certificate: NIOSSLCertificate) {
    notBefore = Date(timeIntervalSince1970: TimeInterval(certificate.notValidBefore))
    notAfter = Date(timeIntervalSince1970: TimeInterval(certificate.notValidAfter))
  }
}
