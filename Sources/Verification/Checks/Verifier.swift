package import Kratix
package import Landing
package import Manifests

/// Compares what should be in a state store with a snapshot of it.
///
/// Everything is a function of values and the snapshot, without effects: `StateStore.read` may run
/// it several times, and fetches missing objects in between.
///
/// ```swift
/// let verifier = try Verifier(platform: platform, stateStore: store)
/// let report = try await stateStore.read(deadline: deadline) { snapshot in
///   Report(
///     stateStore: description, snapshot: snapshot,
///     resources: try verifier.check(requests: requests, in: snapshot))
/// }
/// ```
package struct Verifier: Sendable {
  /// The objects of the cluster.
  package internal(set) var platform: Platform
  /// The state store whose snapshots are checked.
  package internal(set) var stateStore: GitStateStore
  /// The objects that requests must result in.
  package let expectations: Expectations
  /// Severities that were set.
  package var settings: RuleSettings
  /// Whether every state store of the platform is being verified; then there is no note that a resource
  /// may be on another one.
  package var isOneOfAll = false
  /// Whether the client may see only what certainly belongs to the resource: it has access to one
  /// namespace, and chooses what is asked.
  package var showsOnlyOwn = false
  /// How many files of one resource are held in memory; a resource with more is checked in parts.
  var mostFilesOfResource = LargeResource.mostFiles

  /// A verifier for one state store.
  ///
  /// - Throws: `ManifestError` when one of the platform's expectations cannot be used.
  package init(
    platform: Platform, stateStore: GitStateStore, settings: RuleSettings = .default
  ) throws(ManifestError) {
    self.platform = platform
    self.stateStore = stateStore
    self.expectations = try Expectations(platform.expectations)
    self.settings = settings
  }

  /// Checks that placements are byte for byte as they were rendered, with no other files.
  ///
  /// - Returns: A report for each resource, in the order of their first placements.
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first.
  package func check(
    rendered placements: [ExpectedPlacement], in snapshot: Snapshot
  ) throws -> [ResourceReport] {
    try fileCheck(of: snapshot).drafts(for: placements).map {
      ResourceReport($0, settings: settings)
    }
  }

  /// The comparison of placements with a snapshot, byte for byte.
  func fileCheck(of snapshot: Snapshot, ignoresText: Bool = false) -> FileCheck {
    FileCheck(
      snapshot: snapshot,
      listing: StateFileListing(platform: platform, stateStore: stateStore, snapshot: snapshot),
      ignoresText: ignoresText, showsOnlyOwn: showsOnlyOwn)
  }

  /// Checks that the resources of requests are in the state store, without findings.
  ///
  /// - Parameters:
  ///   - requests: The requests, as they were made; their Promise's defaults are applied here.
  ///   - promise: The Promise's name, for requests whose Promise is not in the platform.
  ///   - snapshot: What is checked.
  /// - Returns: A report for each request, in their order.
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first. `KratixError` or
  ///   `UnsafePath` for a Destination's path that cannot be.
  package func check(
    requests: [ResourceRequest], promise: String? = nil, in snapshot: Snapshot
  ) throws -> [ResourceReport] {
    let surroundings = ResourceSearch.Surroundings(platform: platform, stateStore: stateStore)
    let searches = requests.map { request in
      ResourceSearch(
        request, promiseName: promise, in: surroundings,
        hasExpectations: { !expectations.of($0, named: $1).isEmpty }, isOneOfAll: isOneOfAll,
        showsOnlyOwn: showsOnlyOwn)
    }
    let landed = try LandedResource.read(searches, in: snapshot)
    let siblings = try siblings(of: landed, in: snapshot)
    var drafts = landed.map { landed in
      RequestCheck(
        landed: landed.withoutOthers(by: expectations), expectations: expectations,
        siblings: siblings.comparison(for: landed.search.subject)
      ).draft()
    }
    try addMisplaced(searches, in: snapshot, to: &drafts)
    return drafts.map { ResourceReport($0, settings: settings) }
  }
}
