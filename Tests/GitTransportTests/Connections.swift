import Foundation
import Git
import Logging
import TestSupport

@testable import GitTransport

/// The ways to a repository, each with a real server behind it.
enum ConnectionKind: String, CaseIterable, Sendable {
  case http
  case httpVersion0 = "http, version 0"
  case ssh
  case sshVersion0 = "ssh, version 0"
  case path

  var isVersion2: Bool { self != .httpVersion0 && self != .sshVersion0 }
}

/// A bare repository behind a real server, and the way to it.
struct Site: Sendable {
  let directory: URL
  let git: GitOracle
  let repository: BareRepository
  let remote: Remote
}

let testLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Far enough away for a slow machine; a test that waits for it is broken.
var soon: ContinuousClock.Instant { .now.advanced(by: .seconds(30)) }

func makeRemote(
  _ address: String, _ credentials: Credentials = .none,
  options: TransportOptions = TransportOptions()
) throws -> Remote {
  Remote(
    url: try RemoteURL(address), credentials: credentials, options: options, logger: testLogger)
}

/// Runs a body with a fresh bare repository behind a server of this kind.
func withSite(
  _ kind: ConnectionKind, settings: [String] = BareRepository.filters, format: String = "sha1",
  _ body: (Site) async throws -> Void
) async throws {
  try await withTemporaryDirectory { directory in
    let git = try GitOracle(in: directory)
    let repository = try await BareRepository(
      in: directory, git: git, settings: settings, format: format)
    func visit(_ remote: Remote) async throws {
      do {
        try await body(
          Site(directory: directory, git: git, repository: repository, remote: remote))
      } catch {
        await remote.close()
        throw error
      }
      await remote.close()
    }
    switch kind {
    case .http, .httpVersion0:
      var options = SmartHTTPServer.Options()
      options.protocolVersion = kind == .http ? 2 : 0
      try await SmartHTTPServer.with(root: directory, git: git, options: options) { base in
        try await visit(try makeRemote("\(base)/state.git"))
      }
    case .ssh, .sshVersion0:
      try await SSHServer.with(
        in: directory, git: git, acceptsProtocolVersion: kind == .ssh
      ) { server in
        let address = "ssh://\(server.user)@127.0.0.1:\(server.port)\(repository.directory.path)"
        try await visit(
          try makeRemote(
            address,
            .ssh(privateKey: Secret(server.keys.ed25519), knownHosts: server.knownHosts)))
      }
    case .path:
      var options = TransportOptions()
      options.environment = git.environment
      try await visit(try makeRemote(repository.directory.path, options: options))
    }
  }
}

/// The error that a body throws, or `nil`.
func failure<Value>(of body: () async throws -> Value) async -> TransportError? {
  do {
    _ = try await body()
    return nil
  } catch {
    return error as? TransportError
  }
}

extension PushConnection {
  /// Pushes a pack that git has made.
  @discardableResult
  func push(
    _ update: ReferenceUpdate, pack: [UInt8], deadline: ContinuousClock.Instant
  ) async throws(TransportError) -> PushReport {
    try await push(update, deadline: deadline) { try RequestBody($0 + pack) }
  }
}
