import Foundation
import GitTransport
package import Kratix
import Landing
package import Signing

/// The key that signs commits, and whose signatures count: flags and environment.
///
/// What they do not name is looked for in the state store's Secret.
package struct SigningSettings: Sendable {
  /// A file with a key of SSH, private or public; or `openpgp:ID` or `x509:ID`.
  package var key: String?
  /// The program that signs instead of gpg or gpgsm.
  package var program: String?
  /// A file of git's `gpg.ssh.allowedSignersFile`.
  package var allowedSigners: String?
  /// A file of OpenPGP public keys.
  package var keyring: String?
  /// The program that judges X.509 signatures.
  package var x509Program: String?

  package init() {}

  /// The files that it names.
  var paths: [String] {
    [key.flatMap { $0.namesFile ? $0 : nil }, allowedSigners, keyring].compactMap(\.self)
  }
}

extension PlatformSettings {
  /// The key of a Secret with what signs, as `--sign` takes it; the text of a key instead of a file.
  static let signingKey = "signingKey"
  private static let allowedSignersKey = "allowedSigners"
  private static let keyringKey = "keyring"

  /// What signs the commits of a state store; `nil` if nothing names a key.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`.
  package func signer(for store: GitStateStore, of platform: Platform) throws -> CommitSigner? {
    let (key, name) = try signingKey(for: store, of: platform)
    guard let key else {
      guard signing.program == nil else {
        throw LandingError(
          .invalidConfiguration,
          "--sign-program signs with a key that it has; name the key with --sign openpgp:ID or "
            + "--sign x509:ID")
      }
      return nil
    }
    do throws(SigningError) {
      return try CommitSigner(
        Secret(key), named: name, program: signing.program,
        environment: ProcessInfo.processInfo.environment)
    } catch {
      throw LandingError(error)
    }
  }

  private func signingKey(
    for store: GitStateStore, of platform: Platform
  ) throws -> (key: String?, name: String) {
    guard let given = signing.key else {
      let secret = try signingSecret(of: store, in: platform)
      return (secret?[Self.signingKey], "\(Self.signingKey) of GitStateStore \(store.name)")
    }
    guard given.namesFile else { return (given, "--sign") }
    let text = try self.text(of: given)
    // A public key is for everyone.
    if text.contains("PRIVATE KEY") { ExposedFile.remark(on: [given], logger) }
    return (text, given)
  }

  /// Whose signatures of a state store's commits count; `nil` if nothing names anybody.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`.
  package func trustedSigners(
    for store: GitStateStore, of platform: Platform
  ) throws -> TrustedSigners? {
    let secret = try signingSecret(of: store, in: platform)
    let allowed =
      try signing.allowedSigners.map { (try text(of: $0), $0) }
      ?? secret?[Self.allowedSignersKey].map { ($0, named(Self.allowedSignersKey, of: store)) }
    let keyring =
      try signing.keyring.map { (try bytes(of: $0), $0) }
      ?? secret?[Self.keyringKey].map { (Array($0.utf8), named(Self.keyringKey, of: store)) }
    guard allowed != nil || keyring != nil || signing.x509Program != nil else { return nil }
    do throws(SigningError) {
      return TrustedSigners(
        allowed: try allowed.map { text, name throws(SigningError) in
          try AllowedSigners(text, named: name)
        },
        keyring: try keyring.map { bytes, name throws(SigningError) in
          try Keyring(bytes, named: name)
        },
        x509Program: signing.x509Program, environment: ProcessInfo.processInfo.environment)
    } catch {
      throw LandingError(error)
    }
  }

  private func named(_ key: String, of store: GitStateStore) -> String {
    "\(key) of GitStateStore \(store.name)"
  }

  /// The Secret of a state store, which one by path can have too.
  private func signingSecret(
    of store: GitStateStore, in platform: Platform
  ) throws -> CredentialsSecret? {
    if let directory = credentialsDirectory { return try secret(in: directory) }
    return store.secretReference.flatMap { platform.secrets["\($0.namespace)/\($0.name)"] }
  }

  private func text(of path: String) throws -> String {
    String(decoding: try bytes(of: path), as: UTF8.self)
  }

  private func bytes(of path: String) throws -> [UInt8] {
    try mapToConfigurationError(path) { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }
  }
}

extension String {
  /// Whether it is a path, and not a key itself.
  fileprivate var namesFile: Bool {
    !["openpgp:", "x509:", "key::", "ssh-", "ecdsa-sha2-"].contains { hasPrefix($0) }
  }
}
