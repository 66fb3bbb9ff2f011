internal import Foundation
internal import Git
internal import GitTransport
internal import Logging

/// The end of a write: the remote is read, and only what it shows is called landed.
extension StateStore {
  /// Reads the branch until it shows what was pushed, and gives for each write the commit at which
  /// it was found to stand, or the `conflict` that others have replaced it already.
  ///
  /// - Throws: `LandingError`: `unreachable` when the branch does not show the push at all.
  func readBack(
    _ plan: BatchPlan, deadline: ContinuousClock.Instant
  ) async throws -> [(BatchPlan.Part, Result<ObjectID, LandingError>)] {
    var pauses = RetryPolicy(deadline: deadline)
    async let shown = tip(deadline: deadline)
    if endsSoon, unsaved.byteCount < Self.mostWhileAsking { store() }
    var now = try await shown
    while true {
      if let now, now == plan.tip { return plan.pushed.map { ($0, .success(now)) } }
      // A mirror that lags behind still shows the old tip; and others may push again before their
      // tip has been read.
      if now != plan.base, let confirmed = try await confirm(plan, at: now, deadline) {
        return confirmed
      }
      let action = pauses.next(
        after: .brokenOff, now: surroundings.now(), chance: surroundings.chance())
      guard case .tryAgain(let pause) = action else { throw neverShown(plan) }
      try await surroundings.sleep(pause)
      now = try await tip(deadline: deadline)
    }
  }

  /// What is stored in less time than a server takes to answer.
  private static let mostWhileAsking = 1 << 20

  /// Others have pushed since: what we wrote must still stand on what they made.
  ///
  /// - Returns: `nil` when the server does not hand out their commit any more.
  private func confirm(
    _ plan: BatchPlan, at tip: ObjectID?, _ deadline: ContinuousClock.Instant
  ) async throws -> [(BatchPlan.Part, Result<ObjectID, LandingError>)]? {
    guard let tip else {
      return plan.pushed.map { part in
        let claim = part.plan.steps.first?.change.claims.first
        return (part, .failure(replaced(part.plan, by: nil, at: claim)))
      }
    }
    let claims = plan.pushed.flatMap { $0.plan.steps.flatMap(\.change.claims) }
    let now: [StatePath: TreeEntry]
    do {
      now = try await withObjects(ofTip: tip, deadline: deadline) { reader in
        try Snapshot(of: tip, reading: reader).entries(at: claims)
      }
    } catch is TipWithheld {
      return nil
    }
    return plan.pushed.map { part in
      for step in part.plan.steps {
        for claim in step.change.claims where now[claim]?.id != step.standing[claim]?.id {
          return (part, .failure(replaced(part.plan, by: tip, at: claim)))
        }
      }
      return (part, .success(tip))
    }
  }

  private nonisolated func replaced(
    _ plan: Plan, by tip: ObjectID?, at path: StatePath?
  ) -> LandingError {
    LandingError(
      .conflict,
      """
      \(plan.tip?.hexadecimal ?? "the push") was accepted, and before it could be read back \
      \(path?.description ?? "it") was changed by another writer (the branch names \
      \(tip?.hexadecimal ?? "nothing") now); find out who else writes there, and run it again
      """)
  }

  private nonisolated func neverShown(_ plan: BatchPlan) -> LandingError {
    LandingError(
      .unreachable,
      """
      \(description.url) accepted \(plan.tip?.hexadecimal ?? "the push"), and until the deadline \
      \(description.branch) still named \(plan.base?.hexadecimal ?? "nothing"); it may be read \
      from a mirror that lags behind: run it again to see whether it landed
      """)
  }

  /// What is proved when the remote shows this commit.
  func receipt(for plan: Plan, of batch: BatchPlan, at tip: ObjectID, pushes: Int) -> Receipt {
    let placements = plan.steps.map { step in
      Receipt.Placement(
        name: step.change.name, destination: step.change.destination, outcome: step.outcome,
        misplaced: step.change.isMisplaced, path: step.change.path.description,
        tree: step.tree, commit: step.commit, files: step.edit.files,
        movedFrom: step.change.former.isEmpty ? nil : step.change.former)
    }
    let outcomes = Set(placements.map(\.outcome))
    let outcome = [Outcome.landed, .removed].first { outcomes.contains($0) } ?? .unchanged
    return Receipt(
      stateStore: description, outcome: outcome, commit: tip, base: batch.base, attempts: pushes,
      verifiedAt: surroundings.date().formatted(.iso8601), placements: placements)
  }
}

extension Change {
  /// What is shown for the change: its place, or what its claims have in common.
  fileprivate var path: StatePath {
    if let place { return place }
    guard var common = claims.first else { return .root }
    while !claims.allSatisfy({ $0.isInside(common) }) { common = common.parent ?? .root }
    return common
  }
}

extension Plan.Step {
  /// The tree of the directory that belongs to the change, where it is one.
  fileprivate var tree: ObjectID? {
    standing[change.path].flatMap { $0.mode.isDirectory ? $0.id : nil }
  }

  fileprivate var outcome: Outcome {
    if commit == nil { return .unchanged }
    return edit.files.isEmpty ? .removed : .landed
  }
}
