internal import Foundation
internal import Git
internal import GitTransport
internal import Logging

/// The end of a write: the remote is read, and only what it shows is called landed.
extension StateStore {
  /// Reads the branch until it shows what was pushed, and gives the commit that it names.
  ///
  /// - Throws: `LandingError`: `conflict` when others have replaced it already, `unreachable` when
  ///   the branch does not show the push at all.
  func readBack(_ plan: Plan, _ options: LandingOptions) async throws -> ObjectID {
    var pauses = RetryPolicy(deadline: options.deadline)
    while true {
      let now = try await tip(deadline: options.deadline)
      if let now, now == plan.tip { return now }
      if now != plan.base { return try await confirm(plan, at: now, options) }
      // A mirror that lags behind still shows the old tip.
      let action = pauses.next(
        after: .brokenOff, now: surroundings.now(), chance: surroundings.chance())
      guard case .tryAgain(let pause) = action else { throw neverShown(plan) }
      try await surroundings.sleep(pause)
    }
  }

  /// Others have pushed since: what we wrote must still stand on what they made.
  private func confirm(
    _ plan: Plan, at tip: ObjectID?, _ options: LandingOptions
  ) async throws -> ObjectID {
    let claims = plan.steps.flatMap(\.change.claims)
    guard let tip else { throw replaced(plan, by: nil, at: claims.first) }
    let now = try await read(tip, deadline: options.deadline) { try $0.entries(at: claims) }
    for step in plan.steps {
      for claim in step.change.claims where now[claim]?.id != step.standing[claim]?.id {
        throw replaced(plan, by: tip, at: claim)
      }
    }
    return tip
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

  private nonisolated func neverShown(_ plan: Plan) -> LandingError {
    LandingError(
      .unreachable,
      """
      \(description.url) accepted \(plan.tip?.hexadecimal ?? "the push"), and until the deadline \
      \(description.branch) still named \(plan.base?.hexadecimal ?? "nothing"); it may be read \
      from a mirror that lags behind: run it again to see whether it landed
      """)
  }

  /// What is proved when the remote shows this commit.
  func receipt(for plan: Plan, at tip: ObjectID, pushes: Int) -> Receipt {
    let placements = plan.steps.map { step in
      Receipt.Placement(
        name: step.change.name, destination: step.change.destination, outcome: step.outcome,
        misplaced: step.change.isMisplaced, path: step.change.path.description,
        tree: step.tree, commit: step.commit, files: step.edit.files)
    }
    let outcomes = Set(placements.map(\.outcome))
    let outcome = [Outcome.landed, .removed].first { outcomes.contains($0) } ?? .unchanged
    return Receipt(
      stateStore: description, outcome: outcome, commit: tip, base: plan.base, attempts: pushes,
      verifiedAt: surroundings.date().formatted(.iso8601), placements: placements)
  }
}

extension Change {
  /// The directory that is shown for the change: its claim, or what its claims have in common.
  fileprivate var path: StatePath {
    guard var common = claims.first else { return .root }
    while !claims.allSatisfy({ $0.isInside(common) }) { common = common.parent ?? .root }
    return common
  }
}

extension Plan.Step {
  /// The tree of the directory that belongs to the change, where it is one.
  fileprivate var tree: ObjectID? {
    change.claims.count == 1 ? change.claims.first.flatMap { standing[$0]?.id } : nil
  }

  fileprivate var outcome: Outcome {
    if commit == nil { return .unchanged }
    return edit.files.isEmpty ? .removed : .landed
  }
}
