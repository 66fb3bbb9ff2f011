import Foundation
import Git
import GitTransport
package import Kratix
package import Landing
import Manifests
import Signing

/// Opens state stores with the credentials that the flags, the environment or the manifests name.
extension PlatformSettings {
  /// All state stores of a platform, ready to be contacted.
  ///
  /// - Parameters:
  ///   - observer: Called after every push.
  ///   - endsSoon: Whether the process ends when its work is done.
  ///   - place: A repository on this machine that is read instead.
  ///   - signs: Whether commits are written, and signed where something names a key.
  /// - Throws: `LandingError` with `invalid-configuration`.
  package func openStateStores(
    of platform: Platform, observer: @escaping PushObserver = { _ in }, endsSoon: Bool = true,
    readFrom place: String? = nil, signs: Bool = false
  ) throws -> StateStores {
    var stores: [String: StateStore] = [:]
    let used = Set(platform.destinations.values.map(\.stateStoreName))
    for store in platform.stateStores.values where used.contains(store.name) || used.isEmpty {
      stores[store.name] = try open(
        store, of: platform, observer: observer, endsSoon: endsSoon, readFrom: place,
        signer: signs ? signer(for: store, of: platform) : nil)
    }
    return StateStores(platform: platform, stores: stores) {
      try trustedSigners(for: $0, of: platform)
    }
  }

  private func open(
    _ store: GitStateStore, of platform: Platform, observer: @escaping PushObserver,
    endsSoon: Bool, readFrom place: String?, signer: CommitSigner?
  ) throws -> StateStore {
    let url: RemoteURL
    do throws(TransportError) {
      url = try RemoteURL(place ?? store.url)
    } catch {
      throw LandingError(.invalidConfiguration, "GitStateStore \(store.name): \(error.message)")
    }
    try requireBranchName(of: store)
    let remote = try remote(of: store, at: url, with: try secret(for: store, at: url, of: platform))
    return StateStore(
      StateStoreDescription(
        name: store.name, url: place == nil ? url.description : store.url, branch: store.branch),
      remote: remote, cache: place.map { Cache(directory: $0 + "/cache") } ?? cache,
      observer: observer, endsSoon: endsSoon, signer: signer, logger: logger)
  }

  /// - Throws: `LandingError` if Git allows no branch of the name that a state store has.
  func requireBranchName(of store: GitStateStore) throws(LandingError) {
    guard !Repository.isBranchName(store.branch) else { return }
    throw LandingError(
      .invalidConfiguration,
      """
      GitStateStore \(store.name): spec.branch is \"\(store.branch)\", and Git allows no branch of \
      that name (git help check-ref-format); give another
      """)
  }

  /// The remote of a state store; nothing is contacted yet.
  ///
  /// - Throws: `LandingError` if the Secret lacks something.
  func remote(
    of store: GitStateStore, at url: RemoteURL, with secret: CredentialsSecret?
  ) throws -> Remote {
    var options = TransportOptions()
    options.allowInsecureHTTP = allowsInsecureHTTP
    options.certificateAuthorities =
      authorities.map { .file($0) } ?? secret?["ca.crt"].map { .text($0) }
    options.clientCertificate = try secret.flatMap { secret in
      try TransportOptions.ClientCertificate(secret, for: store)
    }
    options.agent = "statestore/\(Program.version)"
    return Remote(
      url: url,
      credentials: try secret.map { try credentials(in: $0, for: store, at: url) } ?? .none,
      options: options, logger: logger)
  }

  /// Where objects are kept between runs.
  var cache: Cache {
    cacheDirectory.map(Cache.init(directory:))
      ?? .standard(environment: ProcessInfo.processInfo.environment)
  }

  /// The Secret for a state store; `nil` where it needs none.
  func secret(
    for store: GitStateStore, at url: RemoteURL, of platform: Platform
  ) throws -> CredentialsSecret? {
    if url.scheme == .file { return nil }
    if let directory = credentialsDirectory { return try secret(in: directory) }
    guard let reference = store.secretReference else { return nil }
    guard let secret = platform.secrets["\(reference.namespace)/\(reference.name)"] else {
      throw LandingError(
        .invalidConfiguration,
        """
        GitStateStore \(store.name) names the Secret \(reference.namespace)/\(reference.name), \
        which is not in the configuration; add it, or mount it and give --credentials
        """)
    }
    return secret
  }

  private func credentials(
    in secret: CredentialsSecret, for store: GitStateStore, at url: RemoteURL
  ) throws -> Credentials {
    var store = store
    if credentialsDirectory != nil, let method = Self.method(of: secret, at: url) {
      store.authMethod = method
    }
    return try Credentials(secret, for: store)
  }

  /// The way of authentication that a directory of credentials is for; `nil` where the GitStateStore
  /// decides.
  private static func method(
    of secret: CredentialsSecret, at url: RemoteURL
  ) -> GitStateStore.AuthMethod? {
    if url.scheme == .ssh { return .ssh }
    let isApp = !Set(secret.keys).isDisjoint(with: ["privateKey", "githubAppPrivateKey"])
    return isApp ? .githubApp : nil
  }

  /// The keys of a Secret whose values are secret.
  private static let secretKeys = [
    "password", "bearerToken", "sshPrivateKey", "tls.key", "privateKey", "githubAppPrivateKey",
    signingKey,
  ]

  /// A Secret as Kubernetes mounts it: one file for each key.
  func secret(in directory: String) throws -> CredentialsSecret {
    let names = try mapToConfigurationError("--credentials \(directory)") {
      try FileManager.default.contentsOfDirectory(atPath: directory)
    }
    ExposedFile.remark(on: Self.secretKeys.map { "\(directory)/\($0)" }, logger)
    var values: [String: String] = [:]
    // Kubernetes keeps directories of its own beside the keys; their names begin with two dots.
    for name in names where !name.begins(with: ".") {
      let path = "\(directory)/\(name)"
      let data = try mapToConfigurationError(path) {
        try Data(contentsOf: URL(fileURLWithPath: path))
      }
      // A value that is not UTF-8 counts as empty, and is refused where it is needed.
      values[name] = String(data: data, encoding: .utf8) ?? ""
    }
    return CredentialsSecret(name: directory, namespace: "", values: values)
  }
}
