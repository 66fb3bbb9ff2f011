import Foundation
import Git
import GitTransport
import Kratix
import Logging
import Signing
import Synchronization
import TestSupport

@testable import Landing

/// A bare repository with a branch, and a state store on it.
struct Site: Sendable {
  let directory: URL
  let git: GitOracle
  let repository: BareRepository
  let store: StateStore
  let cache: Cache

  /// Another writer on the same branch, with a cache of its own.
  func anotherStore(dependencies: Dependencies = .real) throws -> StateStore {
    try Site.store(
      at: repository, cache: Cache(directory: directory.path + "/cache-\(UUID().uuidString)"),
      dependencies: dependencies, git: git)
  }

  /// Where the branch is, by git.
  func tip() async throws -> ObjectID { try await git.id("main", in: repository.directory) }

  static func store(
    at repository: BareRepository, cache: Cache, dependencies: Dependencies, git: GitOracle,
    signer: CommitSigner? = nil, observer: @escaping PushObserver = { _ in }
  ) throws -> StateStore {
    try store(
      at: repository, cache: cache, dependencies: dependencies, environment: git.environment,
      signer: signer, observer: observer)
  }

  static func store(
    at repository: BareRepository, cache: Cache, dependencies: Dependencies,
    environment: [String: String], signer: CommitSigner? = nil,
    observer: @escaping PushObserver = { _ in }
  ) throws -> StateStore {
    var options = TransportOptions()
    options.environment = environment
    let remote = Remote(
      url: try RemoteURL(repository.directory.path), credentials: .none, options: options,
      logger: silentLogger)
    let description = StateStoreDescription(
      name: "default", url: repository.directory.path, branch: "main")
    return StateStore(
      description, remote: remote, cache: cache, dependencies: dependencies, observer: observer,
      signer: signer, logger: silentLogger)
  }
}

let silentLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Far enough away for a slow machine.
var options: LandingOptions { LandingOptions(deadline: .now + .seconds(200)) }

/// Runs a body with a state store whose branch holds these files; none at all for no branch.
func withSite(
  _ files: [String: String]? = ["README.md": "state\n"],
  settings: [String] = BareRepository.filters, dependencies: Dependencies = .real,
  _ body: (Site) async throws -> Void
) async throws {
  try await withTemporaryDirectory { directory in
    let git = try GitOracle(in: directory)
    let repository = try await BareRepository(in: directory, git: git, settings: settings)
    if let files {
      try await repository.setBranch("main", to: try await repository.commit(files))
    }
    let cache = Cache(directory: directory.path + "/cache")
    let store = try Site.store(
      at: repository, cache: cache, dependencies: dependencies, git: git)
    try await body(
      Site(directory: directory, git: git, repository: repository, store: store, cache: cache))
  }
}

let stateStore = GitStateStore(name: "default", url: "unused")

/// A placement of one request with these files.
func placement(
  _ name: String, _ files: [String: String], at destination: String = "worker"
) -> Placement {
  let group = WorkloadGroup(
    directory: ".",
    workloads: files.sorted { $0.key < $1.key }
      .map { Workload(filepath: $0.key, content: Array($0.value.utf8)) },
    destinationSelectors: [])
  let work = Work(
    name: "postgresql-\(name)-instance-configure-12b21", namespace: "default",
    promiseName: "postgresql", resourceName: name, pipelineName: "instance-configure",
    workloadGroups: [group])
  return Placement(
    work: work, group: group,
    destination: Destination(name: destination, path: destination, stateStoreName: "default"))
}

/// The directory that a placement of that name has.
func directory(of name: String, at destination: String = "worker") -> String {
  "\(destination)/resources/default/postgresql/\(name)/instance-configure/5058f"
}

extension StateStore {
  /// Lands one request's files.
  func land(_ name: String, _ files: [String: String], _ options: LandingOptions) async throws
    -> Receipt
  {
    let change = try Change.write(placement(name, files), in: stateStore)
    return try await land(options: options) { _ in [change] }
  }

  /// Lands changes that no request describes.
  func land(
    options: LandingOptions, _ changes: @escaping @Sendable (Snapshot) throws -> [Change]
  ) async throws -> Receipt {
    try await queue.land(nil, options: options, changes)
  }
}

/// Time that passes when somebody waits for it.
final class TestClock: Sendable {
  private let state: Mutex<ContinuousClock.Instant>
  private let pauses = Mutex<[Duration]>([])

  init() { state = Mutex(.now) }

  var waited: [Duration] { pauses.withLock { $0 } }

  var dependencies: Dependencies {
    Dependencies(
      date: { Date(timeIntervalSince1970: 1_795_000_000) },
      now: { self.state.withLock { $0 } },
      sleep: { pause in
        self.pauses.withLock { $0.append(pause) }
        self.state.withLock { $0 += pause }
      },
      randomUnit: { 0.5 })
  }
}

/// The landing error that a body throws, or `nil`.
func failure<Value>(of body: () async throws -> Value) async -> LandingError? {
  do {
    _ = try await body()
    return nil
  } catch {
    return error as? LandingError
  }
}
