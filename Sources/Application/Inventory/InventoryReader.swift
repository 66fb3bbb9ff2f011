import Kratix
import Landing
package import Verification

/// Lists what state stores hold.
package struct InventoryReader: Sendable {
  private let settings: PlatformSettings
  private let deadline: ContinuousClock.Instant

  package init(_ settings: PlatformSettings, deadline: ContinuousClock.Instant) {
    self.settings = settings
    self.deadline = deadline
  }

  /// The inventories of all state stores, which are read at the same time.
  ///
  /// - Parameter revision: The commit, branch or reference to read; `nil` for the branch.
  /// - Throws: `LandingError` and the errors that convert to it.
  package func inventories(at revision: String?) async throws -> [Inventory] {
    let revision = settings.revision(revision)
    let platform = try settings.loadPlatformToRead()
    let stores = try settings.openStateStores(of: platform)
    let used = try platform.stateStoresToRead()
    let inventories = try await withThrowingTaskGroup(of: (Int, Inventory).self) { group in
      for (index, description) in used.enumerated() {
        let (store, _) = try stores.store(description.name)
        group.addTask { [deadline] in
          let commit = try await store.commit(of: revision, deadline: deadline)
          let inventory = try await store.read(commit, deadline: deadline) { snapshot in
            try Inventory(of: platform, in: description, store.description, snapshot: snapshot)
          }
          var known = try await inventory.withHistory(from: store, deadline: deadline)
          known.revision = revision
          return (index, known)
        }
      }
      var found: [Int: Inventory] = [:]
      for try await (index, inventory) in group { found[index] = inventory }
      return used.indices.compactMap { found[$0] }
    }
    guard !inventories.isEmpty else {
      throw LandingError(
        .invalidConfiguration,
        platform.destinations.isEmpty
          ? "there is no state store; give --repo, or manifests with --config"
          : platform.reasonForNoStateStore ?? "there is no state store")
    }
    try LandingError.requireTime(until: deadline)
    return inventories
  }
}
