import Foundation
import TestSupport
import Testing

/// Runs a body with a state repository behind a server of this kind.
///
/// - Parameters:
///   - kind: The server.
///   - isInitialized: Whether `statestore init` has been run on it.
func withSite(
  on kind: RemoteKind = .path, isInitialized: Bool = true, _ body: (Site) async throws -> Void
) async throws {
  await Turnstile.sites.enter()
  let outcome: Result<Void, any Error>
  do {
    outcome = .success(try await withNewSite(on: kind, isInitialized: isInitialized, body))
  } catch {
    outcome = .failure(error)
  }
  await Turnstile.sites.leave()
  try outcome.get()
}

private func withNewSite(
  on kind: RemoteKind, isInitialized: Bool, _ body: (Site) async throws -> Void
) async throws {
  try await withTemporaryDirectory { directory in
    let git = try GitOracle(in: directory)
    let statestore = try Statestore(in: directory)
    let repository = directory.appending(path: "served/state.git")
    let served = try directory.makeDirectory("served")
    func visit(_ address: String, _ access: [String]) async throws {
      let site = Site(
        directory: directory, git: git, repository: repository, address: address, access: access,
        statestore: statestore)
      if isInitialized { try await site.run("init") }
      try await body(site)
    }
    // On a path, init makes the repository.
    if kind != .path {
      _ = try await BareRepository(in: served, git: git, settings: BareRepository.filters)
    }
    switch kind {
    case .path: try await visit(repository.path, [])
    case .https:
      try await withSecureServer(of: served, in: directory, git: git) { base, access in
        try await visit("\(base)/state.git", access)
      }
    case .sshEd25519, .sshRSA:
      try await SSHServer.with(in: directory, git: git) { server in
        let key = kind == .sshRSA ? server.keys.rsa : server.keys.ed25519
        let secret = try credentials(
          ["sshPrivateKey": key, "knownHosts": server.knownHosts], in: directory)
        try await visit(
          "ssh://\(server.user)@127.0.0.1:\(server.port)\(repository.path)",
          ["--credentials", secret])
      }
    }
  }
}

/// Serves a directory over https with a password, and gives the base URL and the flags to reach it.
func withSecureServer(
  of served: URL, in directory: URL, git: GitOracle,
  _ body: (String, [String]) async throws -> Void
) async throws {
  let authority = try await TestAuthority(in: directory)
  var options = SmartHTTPServer.Options()
  options.certificate = try await authority.certificate(for: ["DNS:localhost", "IP:127.0.0.1"])
  options.user = ("kratix", Site.password)
  try await SmartHTTPServer.with(root: served, git: git, options: options) { base in
    let secret = try credentials(["username": "kratix", "password": Site.password], in: directory)
    try await body(
      base, ["--ca-file", authority.certificate.path, "--credentials", secret])
  }
}

/// A Secret as Kubernetes mounts it: a directory with one file for each key.
func credentials(
  _ values: [String: String], named name: String = "secret", in directory: URL
) throws -> String {
  for (key, value) in values {
    try directory.write(value, to: "\(name)/\(key)")
    // What others can read is remarked on.
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600],
      ofItemAtPath: directory.appending(path: "\(name)/\(key)").path)
  }
  return directory.appending(path: name).path
}
