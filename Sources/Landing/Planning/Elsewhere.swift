internal import Kratix

/// What the other state stores of a platform hold of a request's Works.
package struct Elsewhere: Sendable, Hashable, Codable {
  /// The placements that are known to be the Works'.
  package var placements: [StandingPlacement]
  /// The placements whose state files may be a Work's.
  var candidates: [NameCandidate]

  /// Placements in other state stores, nothing by default.
  package init(_ placements: [StandingPlacement] = []) { self.init(placements, candidates: []) }

  init(_ placements: [StandingPlacement], candidates: [NameCandidate]) {
    self.placements = placements
    self.candidates = candidates
  }

  /// The placements of a Work under the name that it has now.
  func placements(of work: Work) -> [StandingPlacement] {
    let named = candidates.map(\.placement).filter { placement in
      [work.name, work.derivedName].contains { $0 == placement.workName }
    }
    return (placements + named).filter { $0.work == work.identity }
  }

  /// The same with what one more state store holds.
  mutating func add(_ other: Elsewhere) {
    placements += other.placements
    candidates += other.candidates
  }
}

extension LandingRequest {
  /// What the plans of other state stores have to know of this one.
  ///
  /// - Throws: `LandingError`, `GitError` or `HistoryNeeded`.
  func existing(on snapshot: Snapshot) throws -> Elsewhere {
    guard case .write(let works) = intent else { return Elsewhere() }
    let here = try includingFormerDirectories(on: snapshot).here
    let search = WorkNames(of: self, on: snapshot)
    let unnamed = works.filter { !intent.removes($0) && search.isUnnamed($0) }
    let named = works.filter { work in !unnamed.contains { $0.identity == work.identity } }
    let nested = here.filter { $0.filepathMode == .nestedByMetadata }
    return Elsewhere(
      try named.flatMap { try snapshot.standing(of: $0, at: here, in: stateStore) }
        + unnamed.flatMap { try snapshot.standing(of: $0, at: nested, in: stateStore) },
      candidates: try search.candidates(for: unnamed))
  }
}
