import Foundation
import Git
import GitTransport
import Kratix
import Landing
import Logging
import Manifests

/// Reads what the flags, the environment and the files say of the platform, in that order of weight.
extension CommonOptions {
  /// The platform, with the flags laid over the files, and those over what is known already.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`.
  func loadPlatform() throws -> Platform { try platform(of: Configuration(self)) }

  /// The platform, of files that are read already.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`.
  func platform(
    of configuration: Configuration, over known: Platform = Platform()
  ) throws -> Platform {
    var platform = try configuration.platform(over: known)
    try overrideStateStore(of: &platform)
    try chooseDestination(of: &platform)
    return platform
  }

  /// All state stores of a platform, ready to be contacted.
  ///
  /// - Parameter observer: Told of every push.
  /// - Throws: `LandingError` with `invalid-configuration`.
  func openStateStores(
    of platform: Platform, observer: @escaping PushObserver = { _ in }, endsSoon: Bool = true
  ) throws -> StateStores {
    var stores: [String: StateStore] = [:]
    let used = Set(platform.destinations.values.map(\.stateStoreName))
    for store in platform.stateStores.values where used.contains(store.name) || used.isEmpty {
      stores[store.name] = try open(
        store, of: platform, observer: observer, endsSoon: endsSoon)
    }
    return StateStores(platform: platform, stores: stores)
  }

  private func open(
    _ store: GitStateStore, of platform: Platform, observer: @escaping PushObserver,
    endsSoon: Bool
  ) throws -> StateStore {
    let url: RemoteURL
    do throws(TransportError) {
      url = try RemoteURL(store.url)
    } catch {
      throw LandingError(.invalidConfiguration, "GitStateStore \(store.name): \(error.message)")
    }
    guard Repository.isBranchName(store.branch) else {
      throw LandingError(
        .invalidConfiguration,
        """
        GitStateStore \(store.name): spec.branch is \"\(store.branch)\", and Git allows no branch of \
        that name (git help check-ref-format); give another
        """)
    }
    let secret = try secret(for: store, at: url, of: platform)
    var options = TransportOptions()
    options.allowInsecureHTTP = allowInsecureHttp
    options.certificateAuthorities =
      caFile.map { .file($0) } ?? secret?["ca.crt"].map { .text($0) }
    options.clientCertificate = try secret.flatMap { secret in
      try TransportOptions.ClientCertificate(secret, for: store)
    }
    options.agent = "statestore/\(Statestore.version)"
    let remote = Remote(
      url: url,
      credentials: try secret.map { try credentials(in: $0, for: store, at: url) } ?? .none,
      options: options, logger: logger)
    let cache = (cache ?? Environment["STATESTORE_CACHE"]).map(Cache.init(directory:))
    return StateStore(
      StateStoreDescription(name: store.name, url: url.description, branch: store.branch),
      remote: remote,
      cache: cache ?? .standard(environment: ProcessInfo.processInfo.environment),
      observer: observer, endsSoon: endsSoon, logger: logger)
  }

  /// The Secret for a state store; `nil` where it needs none.
  private func secret(
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
    if credentialsDirectory != nil, url.scheme == .ssh { store.authMethod = .ssh }
    return try Credentials(secret, for: store)
  }

  private var credentialsDirectory: String? { credentials ?? Environment["STATESTORE_CREDENTIALS"] }

  /// The keys of a Secret whose values nobody else may know.
  private static let secretKeys = ["password", "sshPrivateKey", "tls.key"]

  /// A Secret as Kubernetes mounts it: one file for each key.
  private func secret(in directory: String) throws -> CredentialsSecret {
    let names = try orConfigurationError("--credentials \(directory)") {
      try FileManager.default.contentsOfDirectory(atPath: directory)
    }
    ExposedFile.remark(on: Self.secretKeys.map { "\(directory)/\($0)" }, logger)
    var values: [String: String] = [:]
    // Kubernetes keeps its own directories beside the keys, with names that begin with two dots.
    for name in names where !name.begins(with: ".") {
      let path = "\(directory)/\(name)"
      let data = try orConfigurationError(path) { try Data(contentsOf: URL(fileURLWithPath: path)) }
      // What is no text is as good as empty, and refused where it is needed.
      values[name] = String(data: data, encoding: .utf8) ?? ""
    }
    return CredentialsSecret(name: directory, namespace: "", values: values)
  }

  /// The files and directories that the flag or the environment names.
  var manifestPaths: [String] {
    let environment = Environment["STATESTORE_CONFIG"]?.split(separator: ":").map(String.init)
    return config.isEmpty ? environment ?? [] : config
  }

  /// Everything on disk that the platform and its credentials are read from.
  var configurationPaths: [String] {
    manifestPaths
      + [credentialsDirectory, caFile].compactMap { $0 }
  }

  /// A file itself, or the manifests in a directory, those below it included.
  static func manifestFiles(at path: String) throws -> [String] {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw LandingError(.invalidConfiguration, "\(path): there is no such file or directory")
    }
    if !isDirectory.boolValue { return [path] }
    let names = try orConfigurationError(path) {
      try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }
    return try names.flatMap { name -> [String] in
      let below = "\(path)/\(name)"
      // A mounted ConfigMap shows its files twice: as links, and in a hidden directory.
      if name.begins(with: ".") { return [] }
      let isManifest = [".yaml", ".yml", ".json"].contains(where: { name.ends(with: $0) })
      return try manifestFiles(at: below).filter { isManifest || $0 != below }
    }
  }

  private func overrideStateStore(of platform: inout Platform) throws {
    let repo = repo ?? Environment["STATESTORE_REPO"]
    let branch = branch ?? Environment["STATESTORE_BRANCH"]
    guard repo != nil || branch != nil else { return }
    guard platform.stateStores.count <= 1 else {
      let names = platform.stateStores.keys.sorted().joined(separator: ", ")
      throw LandingError(
        .invalidConfiguration,
        "--repo and --branch stand for one GitStateStore, and the configuration has \(names)")
    }
    guard
      var store = platform.stateStores.values.first
        ?? repo.map({ GitStateStore(name: "default", url: $0) })
    else {
      throw LandingError(
        .invalidConfiguration, "--branch needs --repo, or a GitStateStore in --config")
    }
    if let repo, repo != store.url {
      store.url = repo
      // The Secret was given for another server.
      store.secretReference = nil
    }
    // The whole name of a branch is taken for it, as by git push.
    if let branch {
      store.branch = branch.hasPrefix("refs/heads/") ? String(branch.dropFirst(11)) : branch
    }
    platform.add(store)
  }

  /// The one Destination to look at, if one is named.
  var chosenDestination: String? { destination ?? Environment["STATESTORE_DESTINATION"] }

  private func chooseDestination(of platform: inout Platform) throws {
    let chosen = chosenDestination
    if let chosen { try RenderedOptions.checkName(chosen, "--destination") }
    if platform.destinations.isEmpty, let store = platform.stateStores.values.first,
      platform.stateStores.count == 1
    {
      let name = chosen ?? "worker"
      platform.add(Destination(name: name, path: name, stateStoreName: store.name))
    } else if let chosen {
      try platform.keepDestination(chosen)
    }
  }
}

/// Gives a failure to read what the user named the outcome that it has.
func orConfigurationError<Value>(_ what: String, _ body: () throws -> Value) throws -> Value {
  do {
    return try body()
  } catch {
    throw LandingError(.invalidConfiguration, "\(what): \(systemWords(for: error))")
  }
}
