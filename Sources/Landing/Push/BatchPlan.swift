internal import Foundation
internal import Git

/// What one push would do for many writes, each built on what the one before it made.
struct BatchPlan {
  /// A write of the batch, by its number there, and what it comes to.
  struct Part {
    let write: Int
    let plan: Plan
  }

  let base: ObjectID?
  /// What the branch is to name.
  private(set) var tip: ObjectID?
  /// What is to be pushed.
  private(set) var pushed: [Part] = []
  /// What stands there already.
  private(set) var unchanged: [Part] = []
  /// What cannot land whatever the server says, and why.
  private(set) var failures: [(write: Int, error: LandingError)] = []
  /// What touches the same paths as a write before it, which must be read back first.
  private(set) var deferred: [Int] = []
  private(set) var new = NewObjects()
  /// What it took to sign the commits; `nil` for commits without signatures.
  private(set) var signing: PushObservation.Signing?

  /// Plans writes on top of one tip.
  ///
  /// - Parameter branchMissing: The error of writes that may not make the branch, if there is none.
  /// - Throws: `GitError`; `objectMissing` names what all of the writes lack, so that it can be
  ///   fetched together. `HistoryNeeded` likewise.
  init(
    _ writes: [(number: Int, write: PendingWrite)], on base: ObjectID?, at date: Date,
    reading reader: any ObjectReader, history: KnownHistory, branchMissing: LandingError?
  ) throws {
    self.base = base
    self.tip = base
    let draft = StagedObjectReader(over: reader)
    var claims = Claims()
    var history = history
    var missing: Set<ObjectID> = []
    var needed = HistoryNeeded(paths: [])
    var levelsBelow = Int.max
    for (number, write) in writes {
      try GitError.checkCancellation()
      // The caller has given up since the batch began.
      guard write.waiter.isWaiting else { continue }
      let count = draft.new.objects.count
      do {
        if let branchMissing, tip == nil, !write.options.createsBranch { throw branchMissing }
        try add(write, number, at: date, claims: &claims, history: &history, to: draft)
      } catch let error as GitError where error.code == .objectMissing {
        missing.formUnion(error.objects)
        levelsBelow = min(levelsBelow, error.levelsBelow)
        draft.cut(to: count)
      } catch let error as HistoryNeeded {
        needed.paths.formUnion(error.paths)
        draft.cut(to: count)
      } catch let error as GitError {
        throw error
      } catch {
        failures.append((number, LandingError(error)))
        draft.cut(to: count)
      }
    }
    if !missing.isEmpty { throw GitError.missing(missing.sorted(), levelsBelow: levelsBelow) }
    if !needed.paths.isEmpty { throw needed }
    new = draft.new
  }

  /// The same plan with other commits in the place of its own, in their order.
  ///
  /// - Throws: `GitError` when libgit2 cannot hash one.
  func replacingCommits(
    with commits: [[UInt8]], ids: [ObjectID: ObjectID], _ signing: PushObservation.Signing
  ) throws -> BatchPlan {
    var plan = self
    plan.new = try new.replacingCommits(with: commits)
    plan.tip = tip.map { ids[$0] ?? $0 }
    plan.pushed = pushed.map { Part(write: $0.write, plan: $0.plan.renamed(ids)) }
    plan.signing = signing
    return plan
  }

  private mutating func add(
    _ write: PendingWrite, _ number: Int, at date: Date, claims: inout Claims,
    history: inout KnownHistory, to draft: StagedObjectReader
  ) throws {
    let authorship = Plan.Authorship(
      name: write.options.authorName, email: write.options.authorEmail, date: date)
    let changes = try write.changes(
      Snapshot(of: tip, reading: draft, history: history))
    guard claims.take(changes.flatMap(\.claims)) else {
      deferred.append(number)
      return
    }
    let plan = try Plan(changes, on: tip, by: authorship, to: draft)
    if plan.isDone {
      unchanged.append(Part(write: number, plan: plan))
    } else {
      pushed.append(Part(write: number, plan: plan))
      tip = plan.tip
      for step in plan.steps {
        guard let id = step.commit else { continue }
        let edits = step.edit.edits
        history.add(try draft.commit(id), changing: edits.written.union(edits.removed))
      }
    }
  }
}

/// The paths that the writes of a batch touch.
private struct Claims {
  private var claimed: Set<StatePath> = []
  private var above: Set<StatePath> = []

  /// Takes paths, if none of them is, holds or lies in one that was taken before.
  mutating func take(_ paths: [StatePath]) -> Bool {
    let ancestors = paths.flatMap(\.ancestors)
    guard claimed.isDisjoint(with: paths), claimed.isDisjoint(with: ancestors),
      above.isDisjoint(with: paths)
    else { return false }
    claimed.formUnion(paths)
    above.formUnion(ancestors)
    return true
  }
}
