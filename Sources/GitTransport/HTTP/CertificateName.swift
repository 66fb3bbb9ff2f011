package import NIOCore
import NIOSSL

/// A second check that a certificate is for the host name.
///
/// NIOSSL accepts a certificate for the name, or for the address that the name resolved to. An
/// attacker who controls name resolution then needs only a certificate for his own address, and
/// public authorities sign such certificates.
package struct CertificateName: Sendable {
  /// The host name of the request.
  let host: String

  package init(host: String) { self.host = host }

  /// Closes a connection whose certificate does not name the host.
  package func check(_ channel: any Channel) -> EventLoopFuture<Void> {
    guard !Self.isAddress(host) else { return channel.eventLoop.makeSucceededVoidFuture() }
    return channel.nioSSL_peerCertificate().flatMap { certificate in
      let names = certificate?._subjectAlternativeNames().filter { $0.nameType == .dnsName } ?? []
      let isNamed = names.contains { matches(String(decoding: $0.contents, as: UTF8.self)) }
      guard !isNamed else { return channel.eventLoop.makeSucceededVoidFuture() }
      channel.close(promise: nil)
      return channel.eventLoop.makeFailedFuture(NIOSSLExtraError.failedToValidateHostname)
    }
  }

  /// Whether a name in a certificate matches the host; `*` matches one whole label, the first
  /// (RFC 6125, 6.4).
  func matches(_ name: String) -> Bool {
    func labels(_ text: String) -> [Substring] {
      let text = text.lowercased()
      return (text.hasSuffix(".") ? text.dropLast() : text[...])
        .split(separator: ".", omittingEmptySubsequences: false)
    }
    let ours = labels(host)
    let theirs = labels(name)
    guard ours.count == theirs.count, !ours.isEmpty else { return false }
    if theirs[0] == "*", ours.count > 2 { return ours.dropFirst() == theirs.dropFirst() }
    return ours == theirs
  }

  private static func isAddress(_ host: String) -> Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return host.contains(":") || (parts.count == 4 && parts.allSatisfy { UInt8($0) != nil })
  }
}
