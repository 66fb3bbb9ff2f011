internal import Git
internal import Kratix
internal import Landing
internal import Verification

/// A placement that has landed and must stand as it was read back.
struct StandingExpectation: Sendable, Hashable {
  let key: WorkKey
  let revision: Int64
  let path: String
  let destination: String
  /// The tree of its directory; `nil` where it shares one with others.
  let tree: String?
  /// The blobs of its files by their paths; known where it shares its directory.
  var files: [String: String] = [:]
  /// What its last verification depended on.
  var verified: Verified?

  /// What a verification depended on; while it is the same, so is the verdict.
  struct Verified: Sendable, Hashable {
    /// The reading of the configuration.
    let platform: String
    /// The tree of the resource's directory; `nil` where placements share one.
    let tree: String?
  }

  /// The placement alone, whenever it was verified.
  var placement: StandingExpectation {
    var placement = self
    placement.verified = nil
    return placement
  }
}

/// Holds what has landed against a snapshot, by the ids of trees and files; only what placements
/// share is read.
struct DriftCheck {
  /// What is not as it was.
  struct Deviation: Sendable, Hashable {
    let expectation: StandingExpectation
    /// `wrong` or `missing`.
    let verdict: Verdict
    /// What of it is not as it was, where that is not all of it.
    var places: [String]
  }

  let expectations: [StandingExpectation]
  let destinations: [String: Destination]
  let store: GitStateStore

  /// What stands otherwise than it should.
  ///
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first.
  func deviations(in snapshot: Snapshot) throws -> [Deviation] {
    var own: [StandingExpectation] = []
    var shared: [String: [StandingExpectation]] = [:]
    for expectation in expectations {
      switch destinations[expectation.destination]?.filepathMode {
      case .nestedByMetadata: own.append(expectation)
      case .some: shared[expectation.destination, default: []].append(expectation)
      // A Destination that is no more has nothing to be put right.
      case nil: continue
      }
    }
    return try directories(own, in: snapshot)
      + shared.sorted { $0.key < $1.key }.flatMap { name, expectations in
        try destinations[name].map { try files(expectations, at: $0, in: snapshot) } ?? []
      }
  }

  /// Works of which the last verification says nothing any more, because the resource's directory
  /// or the configuration is another one now.
  ///
  /// - Parameter platform: The reading of the configuration.
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first.
  func unverified(in snapshot: Snapshot, with platform: String) throws -> Set<WorkKey> {
    let layouts = destinations.compactMapValues { try? RepositoryLayout(of: $0, in: store) }
    let directories = Dictionary(
      expectations.filter { $0.tree != nil }.compactMap { expectation in
        layouts[expectation.destination]?.resource(holding: expectation.path)
          .flatMap { try? StatePath($0.directory) }.map { (expectation.path, $0) }
      }
    ) { first, _ in first }
    let entries = try snapshot.entries(at: Set(directories.values))
    return Set(
      expectations.filter { expectation in
        let tree = directories[expectation.path].flatMap { entries[$0]?.id.hexadecimal }
        return expectation.verified != StandingExpectation.Verified(platform: platform, tree: tree)
      }.map(\.key))
  }

  /// Placements that have their directories for themselves.
  private func directories(
    _ expectations: [StandingExpectation], in snapshot: Snapshot
  ) throws -> [Deviation] {
    let expectations = expectations.filter { $0.tree != nil }
    let entries = try snapshot.entries(at: Set(expectations.map { try StatePath($0.path) }))
    let standing = Dictionary(
      uniqueKeysWithValues: entries.map { ($0.key.description, $0.value.id.hexadecimal) })
    return expectations.compactMap { expectation in
      guard let id = standing[expectation.path] else {
        return Deviation(expectation: expectation, verdict: .missing, places: [expectation.path])
      }
      return id == expectation.tree
        ? nil : Deviation(expectation: expectation, verdict: .wrong, places: [expectation.path])
    }
  }

  /// Placements that stand beside each other: each has its files, or its part of one file.
  private func files(
    _ expectations: [StandingExpectation], at destination: Destination, in snapshot: Snapshot
  ) throws -> [Deviation] {
    let aggregate =
      destination.filepathMode == .aggregatedYAML ? try destination.aggregate(in: store) : nil
    let paths = Set(expectations.flatMap(\.files.keys)).subtracting(aggregate.map { [$0] } ?? [])
    let entries = try snapshot.entries(at: paths.map { try StatePath($0) })
    let standing = Dictionary(
      uniqueKeysWithValues: entries.map { ($0.key.description, $0.value.id.hexadecimal) })
    let isAccounted = try aggregate.map { try isWhole($0, at: destination, in: snapshot) } ?? true
    return expectations.compactMap { expectation in
      let own = expectation.files.filter { $0.key != aggregate }
      var places = own.keys.filter { standing[$0] != own[$0] }.sorted()
      let isGone = places.allSatisfy { standing[$0] == nil } && places.count == own.count
      if let aggregate, !isAccounted { places.append(aggregate) }
      guard !places.isEmpty else { return nil }
      return Deviation(
        expectation: expectation, verdict: isGone && !own.isEmpty ? .missing : .wrong,
        places: places)
    }
  }

  /// Whether a file that placements share holds what their state files say, and nothing else.
  private func isWhole(
    _ path: String, at destination: Destination, in snapshot: Snapshot
  ) throws -> Bool {
    let placements: [PlacementContents]
    do {
      placements = try snapshot.placements(at: destination, in: store)
    } catch let error as LandingError where error.outcome == .corruptRepository {
      // A state file that cannot be read says nothing of what the shared file should be.
      return false
    }
    let entry = try snapshot.entry(at: try StatePath(path))
    guard entry?.mode.isDirectory != true else { return false }
    let bytes = try entry.flatMap { try snapshot.blobs([$0.id])[$0.id] }
    return bytes == PlacementState.aggregate(placements.compactMap(\.state))
  }
}
