internal import Kratix
internal import Landing
internal import Logging
internal import Synchronization

/// The platform as it is configured now: which state stores there are, and how they are reached.
final class Platforms: Sendable {
  /// One reading of the configuration.
  struct Version: Sendable {
    let stores: StateStores
    /// The GitStateStores that hold Destinations, by name.
    let storeNames: [String]

    init(_ stores: StateStores) throws {
      self.stores = stores
      self.storeNames = try stores.platform.usedStateStores().map(\.name)
      guard !storeNames.isEmpty else {
        throw LandingError(
          .invalidConfiguration,
          """
          there is no state store; give --repo, or GitStateStore and Destination in --config
          """)
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
