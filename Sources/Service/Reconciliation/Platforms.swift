internal import Foundation
internal import Kratix
internal import Landing
internal import Logging
internal import Synchronization
internal import Verification
internal import Web

/// The platform as it is configured now: which state stores there are, and how they are reached.
final class Platforms: Sendable {
  /// One reading of the configuration.
  struct Version: Sendable {
    let stores: StateStores
    /// The GitStateStores that hold Destinations, by name.
    let storeNames: [String]
    /// Another one for each reading: what was verified with one says nothing for the next.
    let id = UUID().uuidString
    /// The forges of the state stores, by the addresses of their repositories.
    private let forges: [String: Forge]
    private let verifiers = Verifiers()
    private let readiness = Readiness()

    init(_ stores: StateStores) throws {
      self.stores = stores
      forges = Dictionary(
        try stores.platform.usedStateStores().compactMap { store in
          store.forge.map { (store.url, $0) }
        }
      ) { first, _ in first }
      self.storeNames = try stores.platform.usedStateStores().map(\.name)
      guard !storeNames.isEmpty else {
        throw LandingError(
          .invalidConfiguration,
          """
          there is no state store; give --repo, or GitStateStore and Destination in --config
          """)
      }
    }

    /// The forge that has the pages of a repository; also of one that has left the configuration.
    func forge(of repository: String) -> Forge? {
      forges[repository] ?? Forge(repository: repository)
    }

    /// What verifies a state store with this configuration.
    ///
    /// - Throws: `ManifestError` when an expectation cannot be used.
    func verifier(for store: GitStateStore) throws -> Verifier {
      try verifiers.verifier(for: store, of: stores.platform)
    }

    /// What `statestore doctor` says of Destinations and Promises.
    ///
    /// - Throws: `ManifestError` when an expectation cannot be used.
    func readinessChecks() throws -> [ReadinessCheck] {
      try readiness.checks(of: stores.platform)
    }
  }

  /// What can be said of the platform by itself, found out once, when it is asked for first.
  private final class Readiness: Sendable {
    private let known = Mutex<[ReadinessCheck]?>(nil)

    func checks(of platform: Platform) throws -> [ReadinessCheck] {
      try known.withLock { known in
        if let known { return known }
        let checks = try PlatformReadiness(platform).checks
        known = checks
        return checks
      }
    }
  }

  /// Verifiers by state store, so that the expectations are read once.
  private final class Verifiers: Sendable {
    private let known = Mutex<[String: Verifier]>([:])

    func verifier(for store: GitStateStore, of platform: Platform) throws -> Verifier {
      try known.withLock { known in
        if let verifier = known[store.name] { return verifier }
        let verifier = try Verifier(platform: platform, stateStore: store)
        known[store.name] = verifier
        return verifier
      }
    }
  }

  private let files: Reloading<Version>

  /// The platform that files describe.
  init(_ files: Reloading<Version>) { self.files = files }

  var current: Version { files.value }
  /// Why the files as they are now cannot be used; `nil` when they can.
  var problem: String? { files.problem }

  /// Reads the files again if they have changed.
  ///
  /// - Returns: Whether there is a new platform.
  func refresh(_ logger: Logger) -> Bool { files.refresh(named: "platform", logger) }
}
