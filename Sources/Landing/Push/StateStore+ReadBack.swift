internal import Foundation
internal import Git
internal import GitTransport
internal import Logging

/// The end of a write: the remote is read, and only what it shows is called landed.
extension StateStore {
  /// Reads the branch until it shows what was pushed, and gives for each write the commit at which
  /// it was found to stand, or the `conflict` that others have replaced it already.
  ///
  /// Whatever goes wrong with reading it, the push was accepted: it is read again until the
  /// deadline.
  ///
  /// - Throws: `LandingError`: `unreachable`, or `timed-out`, with the commit when the branch could
  ///   not be read, or does not show it.
  func readBack(
    _ plan: BatchPlan, deadline: ContinuousClock.Instant
  ) async throws -> [(BatchPlan.Part, Result<ObjectID, LandingError>)] {
    var pauses = RetryPolicy(deadline: deadline)
    async let first = look(until: deadline)
    if endsSoon, unsaved.byteCount < Self.mostWhileAsking { store() }
    var shown = await first
    while true {
      var failure: LandingError?
      do {
        let tip = try shown.get()
        if let tip, tip == plan.tip { return plan.pushed.map { ($0, .success(tip)) } }
        if let tip, tip != plan.base, let found = try await confirm(plan, at: tip, deadline) {
          return found
        }
      } catch {
        failure = LandingError(error)
      }
      // A mirror that lags behind still shows an older commit.
      let action = pauses.next(
        after: .notShown, now: surroundings.now(), chance: surroundings.chance())
      guard !Task.isCancelled, case .tryAgain(let pause) = action,
        (try? await surroundings.sleep(pause)) != nil
      else { throw notReadBack(plan, showing: shown, failure) }
      shown = await look(until: deadline)
    }
  }

  /// What is stored in less time than a server takes to answer.
  private static let mostWhileAsking = 1 << 20

  /// Reads what the branch names after a push, again and again until the deadline.
  ///
  /// Servers that lag behind, or fail in a way that would end any other reading, say nothing of what
  /// became of the push.
  func look(until deadline: ContinuousClock.Instant) async -> Result<ObjectID?, LandingError> {
    var pauses = RetryPolicy(deadline: deadline)
    var failure: TransportError?
    while true {
      do throws(TransportError) {
        return .success(
          try await remote.references(withPrefix: [reference], deadline: deadline)[reference])
      } catch {
        // That the time was up says less than what went wrong before.
        if failure == nil || ![.timedOut, .cancelled].contains(error.code) { failure = error }
        var event = RetryPolicy.Event(error) ?? .notShown
        if event == .brokenOff { event = .notShown }
        let action = pauses.next(
          after: event, now: surroundings.now(), chance: surroundings.chance())
        guard !Task.isCancelled, case .tryAgain(let pause) = action,
          (try? await surroundings.sleep(pause)) != nil
        else { return .failure((failure ?? error).landingError) }
      }
    }
  }

  /// Others have pushed since: what we wrote must still stand on what they made.
  ///
  /// - Returns: `nil` where the commit is older than our push, as a mirror that lags behind shows it,
  ///   or cannot be fetched any more: then the branch is to be looked at again.
  private func confirm(
    _ plan: BatchPlan, at tip: ObjectID, _ deadline: ContinuousClock.Instant
  ) async throws -> [(BatchPlan.Part, Result<ObjectID, LandingError>)]? {
    let claims = plan.pushed.flatMap { $0.plan.steps.flatMap(\.change.claims) }
    let now: [StatePath: TreeEntry]
    do {
      now = try await withObjects(ofTip: tip, deadline: deadline) { reader in
        try Snapshot(of: tip, reading: reader).entries(at: claims)
      }
    } catch is TipWithheld {
      // Others have pushed again, and the server hands out only their newest commit.
      return nil
    }
    let replaced = plan.pushed.map { part in
      part.plan.steps.lazy.compactMap { step in
        step.change.claims.first { now[$0]?.id != step.standing[$0]?.id }
      }.first
    }
    if replaced.contains(where: { $0 != nil }) {
      guard let pushed = plan.tip, try await history(of: tip, holds: pushed, deadline) else {
        return nil
      }
    }
    return zip(plan.pushed, replaced).map { part, claim in
      guard let claim else { return (part, .success(tip)) }
      return (part, .failure(self.replaced(part.plan, by: tip, at: claim)))
    }
  }

  /// Whether a commit is among the last ones of a history, merged ones included.
  private func history(
    of tip: ObjectID, holds commit: ObjectID, _ deadline: ContinuousClock.Instant
  ) async throws -> Bool {
    for depth in [8, 64] {
      // It fetches the other parents as well.
      _ = try await commitLine(from: tip, atMost: depth, deadline: deadline)
      let isFound = try await withObjects(from: tip, deadline: deadline) { reader in
        var seen: Set<ObjectID> = [tip]
        var next = [tip]
        while let id = next.popLast() {
          if id == commit { return true }
          guard id == tip || reader.contains(id) else { continue }
          next += try reader.commit(id).parents.filter { seen.insert($0).inserted }
          if seen.count > Self.mostCommits { break }
        }
        return next.contains(commit)
      }
      if isFound { return true }
    }
    return false
  }

  private nonisolated func replaced(
    _ plan: Plan, by tip: ObjectID, at path: StatePath
  ) -> LandingError {
    LandingError(
      .conflict,
      """
      \(plan.tip?.hexadecimal ?? "the push") was accepted, and before it could be read back \
      \(path) was changed by another writer (the branch names \(tip) now); find out who else \
      writes there, and run it again
      """)
  }

  private nonisolated func notReadBack(
    _ plan: BatchPlan, showing shown: Result<ObjectID?, LandingError>, _ failure: LandingError?
  ) -> LandingError {
    let seen =
      if let failure {
        "it could not be read back: \(failure.message)"
      } else {
        """
        \(description.branch) still named \((try? shown.get())?.hexadecimal ?? "nothing") at the \
        deadline; it may be read from a mirror that lags behind
        """
      }
    return LandingError(
      failure?.unreadOutcome ?? .unreachable,
      """
      \(description.url) accepted \(plan.tip?.hexadecimal ?? "the push"), and \(seen). Run it \
      again to see whether it landed: what has is left as it is
      """, serverMessages: failure?.serverMessages ?? [])
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

extension LandingError {
  /// The outcome of a push whose branch could not be read afterwards: to be tried again, whatever
  /// the reading met.
  var unreadOutcome: Outcome { outcome == .timedOut ? .timedOut : .unreachable }
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
