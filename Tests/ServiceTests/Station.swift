import AsyncHTTPClient
import Foundation
import GitTransport
import Kratix
import Landing
import Logging
import Manifests
import NIOCore
import NIOHTTP1
import TestSupport

@testable import Service

/// A running service, the state repositories behind it, and a client.
struct Station: Sendable {
  /// What the service answered.
  struct Answer: Sendable, CustomStringConvertible {
    let status: Int
    let headers: [String: String]
    let text: String

    var description: String { "\(status) \(text)" }

    /// The body as JSON.
    func node() throws -> Node {
      try ManifestFile(parsing: text, name: "answer").documents.first?.root ?? .null
    }

    /// A text somewhere in the body.
    func string(at pointer: String) throws -> String? { try node().value(at: pointer)?.string }

    /// A condition of a Work, as `status/reason`.
    func condition(_ type: String) throws -> String? {
      let conditions = try node().value(at: "/status/conditions")?.sequence ?? []
      return conditions.first { $0["type"]?.string == type }.map {
        "\($0["status"]?.string ?? "")/\($0["reason"]?.string ?? "")"
      }
    }
  }

  let base: String
  let directory: URL
  let git: GitOracle
  let repositories: [String: BareRepository]
  /// The token that requests carry.
  var token: String?

  var repository: BareRepository {
    get throws {
      guard let first = repositories.sorted(by: { $0.key < $1.key }).first?.value else {
        throw TestFailure("there is no repository")
      }
      return first
    }
  }

  func request(
    _ method: String, _ path: String, body: String? = nil, headers: [String: String] = [:]
  ) async throws -> Answer {
    var request = HTTPClientRequest(url: base + path)
    request.method = .init(rawValue: method)
    if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    if let body { request.body = .bytes(ByteBuffer(string: body)) }
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(90))
    let bytes = try await response.body.collect(upTo: 64 << 20)
    return Answer(
      status: Int(response.status.code),
      headers: Dictionary(
        response.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 }),
      text: String(buffer: bytes))
  }

  @discardableResult
  func put(_ text: WorkText, wait: String? = "60s") async throws -> Answer {
    try await request(
      "PUT", path(of: text) + (wait.map { "?wait=\($0)" } ?? ""), body: try text.json())
  }

  func get(_ text: WorkText, wait: String? = nil) async throws -> Answer {
    try await request("GET", path(of: text) + (wait.map { "?wait=\($0)" } ?? ""))
  }

  func delete(_ text: WorkText, wait: String? = "60s") async throws -> Answer {
    try await request("DELETE", path(of: text) + (wait.map { "?wait=\($0)" } ?? ""))
  }

  func path(of text: WorkText) -> String { "/v1/namespaces/\(text.namespace)/works/\(text.name)" }

  /// The files of a branch, by git.
  func files(in name: String? = nil) async throws -> [String] {
    let repository = try name.flatMap { repositories[$0] } ?? repository
    return try await git("ls-tree", "-r", "--name-only", "main", in: repository.directory)
      .split(separator: "\n").map(String.init)
  }

  /// The subjects of a branch's commits, newest first, by git.
  func subjects() async throws -> [String] {
    try await git("log", "--format=%s", "main", in: try repository.directory)
      .split(separator: "\n").map(String.init)
  }
}

/// The directory that Kratix gives to a Work's default group.
func directory(of text: WorkText, at destination: String = "worker") -> String {
  "\(destination)/resources/\(text.namespace)/\(text.promise)/\(text.resource ?? text.name)/instance-configure/5058f"
}

/// How a station is set up.
struct StationOptions: Sendable {
  /// State stores by name, each with its Destinations and their labels.
  var stores: [String: [String: [String: String]]] = ["default": ["worker": [:]]]
  /// How Destinations lay files out, where they do not nest them.
  var modes: [String: Destination.FilepathMode] = [:]
  /// Manifests of the platform besides Destinations.
  var manifests: [String] = []
  var dependencies: Dependencies = .real
  var tokens: String?
  var change: @Sendable (inout ServiceOptions) -> Void = { _ in }
}

/// Runs a body while a service runs on repositories of its own.
func withStation(
  _ options: StationOptions = StationOptions(), _ body: (Station) async throws -> Void
) async throws {
  try await withRepositories(options) { try await $0.serving(options, body) }
}

/// Runs a body with repositories, and with a station where nothing runs yet.
func withRepositories(
  _ options: StationOptions = StationOptions(), _ body: (Station) async throws -> Void
) async throws {
  try await withTemporaryDirectory { directory in
    let git = try GitOracle(in: directory)
    var repositories: [String: BareRepository] = [:]
    for name in options.stores.keys {
      let repository = try await BareRepository(
        named: "\(name).git", in: directory, git: git, settings: BareRepository.filters)
      try await repository.setBranch(
        "main", to: try await repository.commit(["README.md": "state\n"]))
      repositories[name] = repository
    }
    try await body(
      Station(base: "", directory: directory, git: git, repositories: repositories))
  }
}

extension Station {
  /// Runs a body while a service runs on the repositories that are there, with the desired state
  /// that is there.
  func serving(
    _ options: StationOptions, _ body: (Station) async throws -> Void
  ) async throws {
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let service = try makeService(options) { port.yield($0) }
    let running = Task {
      defer { port.finish() }
      try await service.run()
    }
    let outcome: Result<Void, any Error>
    do {
      guard let number = await ports.first(where: { _ in true }) else {
        try await running.value
        throw TestFailure("the service ended before it listened")
      }
      outcome = .success(
        try await body(
          Station(
            base: "http://127.0.0.1:\(number)", directory: directory, git: git,
            repositories: repositories, token: token)))
    } catch {
      outcome = .failure(error)
    }
    running.cancel()
    // How it ends when it is cancelled is no result of the test.
    _ = await running.result
    try outcome.get()
  }

  private func makeService(
    _ options: StationOptions, listening: @escaping @Sendable (Int) -> Void
  ) throws -> StateStoreService {
    var settings = ServiceOptions(directory: directory.path + "/data", version: "test")
    settings.port = 0
    settings.landingTimeout = .seconds(60)
    if let tokens = options.tokens {
      let file = directory.appending(path: "tokens.yaml")
      try Data(tokens.utf8).write(to: file)
      settings.tokens = file.path
    }
    options.change(&settings)
    return try StateStoreService(
      options: settings, configuration: { [] },
      stores: { try self.makeStores(options, $0) }, dependencies: options.dependencies,
      logger: silentLogger, onListening: listening)
  }

  private func makeStores(
    _ options: StationOptions, _ observer: @escaping PushObserver
  ) throws -> StateStores {
    var platform = Platform()
    for manifest in options.manifests {
      try platform.add(ManifestFile(parsing: manifest, name: "platform"))
    }
    var stores: [String: StateStore] = [:]
    for (name, destinations) in options.stores {
      guard let repository = repositories[name] else { continue }
      let path = repository.directory.path
      platform.add(GitStateStore(name: name, url: path))
      for (destination, labels) in destinations {
        platform.add(
          Destination(
            name: destination, labels: labels, path: destination,
            stateStoreName: name, filepathMode: options.modes[destination] ?? .nestedByMetadata))
      }
      var transport = TransportOptions()
      transport.environment = git.environment
      stores[name] = StateStore(
        StateStoreDescription(name: name, url: path, branch: "main"),
        remote: Remote(
          url: try RemoteURL(path), credentials: .none, options: transport, logger: silentLogger),
        cache: Cache(directory: directory.path + "/cache"), observer: observer,
        logger: silentLogger)
    }
    return StateStores(platform: platform, stores: stores)
  }
}

let silentLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
