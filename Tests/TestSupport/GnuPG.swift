package import Foundation

/// GnuPG with a home of its own, whose keys have a passphrase that a pinentry of the tests knows.
package struct GnuPG: Sendable {
  /// What no output may ever hold.
  package static let passphrase = "open-sesame-of-the-tests"

  private let home: URL

  /// The variables that every call runs with.
  package let environment: [String: String]

  /// Runs a body with GnuPG, and ends its agent.
  ///
  /// - Parameter entersPassphrase: Whether the pinentry gives the passphrase; otherwise it declines.
  package static func with<Value>(
    entersPassphrase: Bool = true, in directory: URL, _ body: (GnuPG) async throws -> Value
  ) async throws -> Value {
    let gnuPG = try GnuPG(entersPassphrase, in: directory)
    let result: Result<Value, any Error>
    do { result = .success(try await body(gnuPG)) } catch { result = .failure(error) }
    try await gnuPG.run("gpgconf", ["--kill", "all"])
    return try result.get()
  }

  private init(_ entersPassphrase: Bool, in directory: URL) throws {
    // Short, for the paths of sockets.
    home = directory.appending(path: "g\(UInt8.random(in: 0...255))")
    try FileManager.default.createDirectory(
      at: home, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    var environment = ProcessInfo.processInfo.environment
    environment["GNUPGHOME"] = home.path
    self.environment = environment
    let pinentry = home.appending(path: "pinentry")
    let answer =
      entersPassphrase ? "echo 'D \(Self.passphrase)'; echo OK" : "echo 'ERR 83886179 no'"
    let script = """
      #!/bin/sh
      echo 'OK ready'
      while read -r line; do
        case "$line" in
          GETPIN*) \(answer) ;;
          BYE*) echo OK; exit 0 ;;
          *) echo OK ;;
        esac
      done

      """
    try Data(script.utf8).write(to: pinentry)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: pinentry.path)
    // Otherwise the pinentry would say that every certificate is to be trusted.
    try Data("no-allow-mark-trusted\npinentry-program \(pinentry.path)\n".utf8).write(
      to: home.appending(path: "gpg-agent.conf"))
    try Data("disable-crl-checks\n".utf8).write(to: home.appending(path: "gpgsm.conf"))
  }

  /// Runs one of its programs.
  @discardableResult
  package func run(
    _ program: String, _ arguments: [String], input: [UInt8] = []
  ) async throws -> Program.Output {
    let output = try await Program.run(
      program, arguments, environment: environment, input: input)
    guard output.isSuccess else { throw TestFailure("\(program): \(output.errors)") }
    return output
  }

  /// Makes a key of OpenPGP.
  package func makeKey(_ name: String, expires: String = "never") async throws {
    try await run(
      "gpg",
      [
        "--batch", "--pinentry-mode", "loopback", "--passphrase", Self.passphrase,
        "--quick-generate-key", name, "ed25519", "sign", expires,
      ])
    // What gpg-agent has in its memory would need no passphrase.
    try await run("gpgconf", ["--kill", "gpg-agent"])
  }

  /// The public key, armored.
  package func export(_ name: String) async throws -> [UInt8] {
    try await run("gpg", ["--armor", "--export", name]).bytes
  }

  /// Makes a certificate that signs, with its key.
  ///
  /// - Parameter isTrusted: Whether it is among the roots that gpgsm trusts.
  package func makeCertificate(_ name: String, isTrusted: Bool = true) async throws {
    let files = (0..<3).map { home.appending(path: "\(name)-\($0)").path }
    try await run(
      "openssl",
      [
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", files[0], "-out", files[1],
        "-days", "2", "-subj", "/CN=\(name)", "-addext", "keyUsage=digitalSignature",
      ])
    // The algorithms that gpgsm 2.2 can read.
    try await run(
      "openssl",
      [
        "pkcs12", "-export", "-inkey", files[0], "-in", files[1], "-out", files[2], "-passout",
        "pass:\(Self.passphrase)", "-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES",
        "-macalg", "sha1",
      ])
    try await run(
      "gpgsm",
      ["--batch", "--pinentry-mode", "loopback", "--passphrase-fd", "0", "--import", files[2]],
      input: Array("\(Self.passphrase)\n".utf8))
    let text = try await run(
      "openssl", ["x509", "-in", files[1], "-noout", "-fingerprint", "-sha1"]
    )
    .text
    let digits = text.drop { $0 != "=" }.dropFirst().filter { $0 != ":" }
    if isTrusted {
      try Data("\(digits) S relax\n".utf8).write(to: home.appending(path: "trustlist.txt"))
    }
    try await run("gpgconf", ["--kill", "all"])
  }
}
