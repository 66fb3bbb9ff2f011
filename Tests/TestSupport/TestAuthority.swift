package import Foundation

/// A certificate authority of a test, made by openssl.
package struct TestAuthority: Sendable {
  /// A certificate and its key, as files.
  package struct Certificate: Sendable {
    /// The certificate in PEM.
    package let chain: URL

    /// The private key in PEM.
    package let key: URL
  }

  /// The authority's own certificate in PEM.
  package let certificate: URL

  private let key: URL
  private let directory: URL

  /// Makes an authority in a directory.
  package init(in directory: URL, named name: String = "authority") async throws {
    self.directory = directory
    self.certificate = directory.appendingPathComponent("\(name).pem")
    self.key = directory.appendingPathComponent("\(name).key")
    try await Self.openssl(
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
      "-keyout", key.path, "-out", certificate.path, "-days", "2", "-subj", "/CN=\(name)",
      "-addext", "basicConstraints=critical,CA:TRUE")
  }

  /// Signs a certificate for names such as `DNS:localhost` and `IP:127.0.0.1`.
  ///
  /// - Parameter days: For how long it is valid; -1 for one that has expired.
  package func certificate(
    for names: [String], named name: String = "server", days: Int = 2
  ) async throws -> Certificate {
    let key = directory.appendingPathComponent("\(name).key")
    let request = directory.appendingPathComponent("\(name).csr")
    let chain = directory.appendingPathComponent("\(name).pem")
    let extensions = directory.appendingPathComponent("\(name).ext")
    try Data("subjectAltName=\(names.joined(separator: ","))\n".utf8).write(to: extensions)
    try await Self.openssl(
      "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key.path,
      "-out", request.path, "-subj", "/CN=\(name)")
    try await Self.openssl(
      "x509", "-req", "-in", request.path, "-CA", certificate.path, "-CAkey", self.key.path,
      "-CAcreateserial", "-days", "\(days)", "-extfile", extensions.path, "-out", chain.path)
    return Certificate(chain: chain, key: key)
  }

  private static func openssl(_ arguments: String...) async throws {
    let output = try await Program.run("openssl", arguments)
    guard output.isSuccess else { throw TestFailure("openssl: \(output.errors)") }
  }
}
