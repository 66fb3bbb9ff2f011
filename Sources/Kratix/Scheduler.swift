internal import Digests
internal import Manifests

/// Chooses the Destinations of a Work's groups (`internal/controller/scheduler.go`).
package struct Scheduler: Sendable {
  /// All Destinations there are.
  package let destinations: [Destination]

  /// A scheduler over these Destinations.
  package init(destinations: [Destination]) {
    self.destinations = destinations.sorted { $0.name < $1.name }
  }

  /// The Destinations that a group of a Work may go to.
  package func candidates(for group: WorkloadGroup, of work: Work) -> [Destination] {
    let selector = work.effectiveSelector(of: group)
    return destinations.filter {
      $0.reasonToPass(over: selector, isDryRun: work.isDryRun) == nil
    }
  }

  /// Where one group of a Work goes.
  package struct Choice: Sendable, Hashable {
    /// Its placements; none where nothing matches.
    package var chosen: [Placement]
    /// The names of the Destinations that it leaves, which it does only when it is relocated.
    package var left: Set<String> = []
  }

  /// Chooses the Destinations of one group of a Work.
  ///
  /// A dependency goes to every candidate, a group of a request to one. A group that is placed
  /// already stays where it is and is kept up to date, even if it is misplaced.
  ///
  /// - Parameters:
  ///   - existing: The names of the Destinations where the group is placed now.
  ///   - relocates: Whether a misplaced group moves if another Destination matches.
  package func choose(
    for group: WorkloadGroup, of work: Work, existing: Set<String> = [], relocates: Bool = false
  ) -> Choice {
    let candidates = candidates(for: group, of: work)
    var standing = destinations.filter { existing.contains($0.name) }
    var left: Set<String> = []
    if relocates, !candidates.isEmpty {
      left = Set(standing.filter { !candidates.contains($0) }.map(\.name))
      standing.removeAll { left.contains($0.name) }
    }
    let chosen: [Destination]
    if work.isDependency {
      chosen = candidates + standing.filter { !candidates.contains($0) }
    } else if standing.isEmpty {
      chosen =
        candidates.max { Self.weight($0, work, group) < Self.weight($1, work, group) }
        .map { [$0] } ?? []
    } else {
      chosen = standing
    }
    let placements = chosen.map { destination in
      Placement(
        work: work, group: group, destination: destination,
        isMisplaced: !candidates.contains(destination))
    }
    return Choice(chosen: placements, left: left)
  }

  /// Kratix draws one candidate by chance; the highest weight (rendezvous hashing) gives the same
  /// one for the same request every time, and moves few of them when a Destination comes or goes.
  private static func weight(_ destination: Destination, _ work: Work, _ group: WorkloadGroup)
    -> String
  {
    let identity = [
      destination.name, work.namespace, work.promiseName, work.resourceName, group.id,
    ].joined(separator: "\n")
    return Digest.sha256(of: identity.utf8).hexadecimal
  }
}

extension Work {
  /// The labels that a Destination must have for a group: for a dry run one alone.
  package func effectiveSelector(of group: WorkloadGroup) -> [String: String] {
    isDryRun ? [WorkLabel.dryRun: "true"] : group.effectiveSelector
  }
}

extension Destination {
  /// Whether it is for dry runs, and for nothing else.
  package var takesDryRuns: Bool { labels[WorkLabel.dryRun] == "true" }

  /// Whether only labels that a pipeline asks for can have chosen this Destination: it has all that the
  /// Promise asks for, and strictMatchLabels.
  package func canBeChosenByPipeline(besides selector: [String: String]) -> Bool {
    guard strictMatchLabels, reasonToPass(over: selector) != nil else { return false }
    var lenient = self
    lenient.strictMatchLabels = false
    return lenient.reasonToPass(over: selector) == nil
  }

  /// Why a selector does not choose this Destination; `nil` when it does.
  ///
  /// - Parameter isDryRun: Whether a dry run asks, which other Destinations are for.
  package func reasonToPass(
    over selector: [String: String], isDryRun: Bool = false
  ) -> String? {
    if isBeingDeleted { return "it is being deleted" }
    if takesDryRuns, !isDryRun { return "it takes dry runs only" }
    if strictMatchLabels, selector.isEmpty, !labels.isEmpty {
      return "it has strictMatchLabels, and the selectors ask for no label"
    }
    for (key, wanted) in selector.sorted(by: { $0.key < $1.key }) {
      guard let value = labels.value(ofSame: key) else {
        return "it has no label \(key) (wanted \(wanted))"
      }
      guard value.isSame(as: wanted) else {
        return "its label \(key) is \(value) (wanted \(wanted))"
      }
    }
    return nil
  }
}
