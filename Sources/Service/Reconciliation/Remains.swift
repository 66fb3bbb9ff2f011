internal import Git
internal import Kratix
internal import Landing

/// What the state stores still hold of a Work that was to be removed: the configuration no longer
/// says that it is there, so a removal does not find it.
struct Remains: Sendable {
  /// Placements that are still in the branch of the state store that was asked.
  private(set) var placements: [Receipt.LandedPlacement] = []
  /// State stores that have left the configuration with placements in them.
  let left: [StoreResult]

  /// Looks in a state store for what was known to be there before the removal.
  ///
  /// - Parameter commit: The branch's commit after the removal.
  /// - Throws: `LandingError`.
  init(
    of work: DesiredWork, in name: String, at commit: ObjectID, on platform: Platforms.Version,
    deadline: ContinuousClock.Instant
  ) async throws {
    left = work.left(platform.storeNames)
    let known = work.results.first { $0.store == name }?.standing.map(\.placement) ?? []
    guard !known.isEmpty else { return }
    let (store, _) = try platform.stores.store(name)
    placements = try await store.read(commit, deadline: deadline) { snapshot in
      let marks = try known.map { try $0.marks }
      let found = try snapshot.entries(at: Set(marks.joined()))
      return zip(known, marks).filter { _, marks in marks.contains { found[$0] != nil } }.map(\.0)
    }
  }

  /// Why the removal is not done; `nil` when nothing remains.
  var failure: LandingError? {
    if !placements.isEmpty {
      let destinations = Set(placements.map(\.destination)).sorted().joined(separator: ", ")
      return refusal(
        """
        \(Self.paths(of: placements)) is still in the branch: the Destination \(destinations) is not \
        in the configuration any more, or has another path there; put it back, or remove the files
        """)
    }
    guard let result = left.first else { return nil }
    return refusal(
      """
      \(Self.paths(of: result.standing.map(\.placement))) was written to the state store \
      \(result.store), which is not in the configuration any more; put it back
      """)
  }

  private func refusal(_ reason: String) -> LandingError {
    LandingError(
      .noDestination, reason + ", or delete the Work with ?orphan=true to leave the files there")
  }

  private static func paths(of placements: [Receipt.LandedPlacement]) -> String {
    placements.map(\.path).sorted().joined(separator: ", ")
  }
}

extension Receipt.LandedPlacement {
  /// What is there as long as the placement is: its directory, or where it shares one its state
  /// file.
  fileprivate var marks: [StatePath] {
    get throws {
      if tree != nil { return [try StatePath(path)] }
      return try files.map { try StatePath($0.path) }
        .filter { $0.components.contains(StateFile.directory) }
    }
  }
}
