internal import Git
internal import GitTransport

/// Reads the branch after a push: only what it shows counts as landed.
struct ReadBack: Sendable {
  let branch: RemoteBranch
  let objects: ObjectCache
  let history: HistoryReader
  /// Whether pushed objects are stored while the server answers.
  let flushesMeanwhile: Bool

  /// The commit at which a write was found, or the error that others have replaced it already.
  typealias Finding = (part: BatchPlan.Part, result: Result<ObjectID, LandingError>)

  /// Reads the branch until it shows what was pushed, and gives a finding for each write.
  ///
  /// The push was accepted, so that any failure to read is retried until the deadline.
  ///
  /// - Throws: `LandingError` with `unreachable` or `timed-out` when the branch could not be read or
  ///   does not show the push.
  func confirm(
    _ plan: BatchPlan, deadline: ContinuousClock.Instant
  ) async throws -> [Finding] {
    var retries = RetryPolicy(deadline: deadline)
    async let first = tip(until: deadline)
    if flushesMeanwhile { await objects.flushIfQuick() }
    var shown = await first
    while true {
      var failure: LandingError?
      do {
        let tip = try shown.get()
        if let tip, tip == plan.tip { return plan.pushed.map { ($0, .success(tip)) } }
        if let tip, tip != plan.base, let found = try await find(plan, at: tip, deadline) {
          return found
        }
      } catch {
        failure = LandingError(error)
      }
      // A mirror that lags behind still shows an older commit.
      guard await pause(&retries, after: .notShown) else {
        throw notReadBack(plan, showing: shown, failure)
      }
      shown = await tip(until: deadline)
    }
  }

  /// The tip of the branch, with retries until the deadline.
  ///
  /// Errors that would end any other request are retried too: they do not say whether the push has
  /// landed.
  @concurrent
  func tip(until deadline: ContinuousClock.Instant) async -> Result<ObjectID?, LandingError> {
    var retries = RetryPolicy(deadline: deadline)
    var failure: TransportError?
    let name = branch.reference
    while true {
      do throws(TransportError) {
        return .success(
          try await branch.remote.references(withPrefix: [name], deadline: deadline)[name])
      } catch {
        // An earlier error says more than that the time was up.
        if failure == nil || ![.timedOut, .cancelled].contains(error.code) { failure = error }
        var event = RetryPolicy.Event(error) ?? .notShown
        if event == .brokenOff { event = .notShown }
        guard await pause(&retries, after: event) else {
          return .failure((failure ?? error).landingError)
        }
      }
    }
  }

  /// Waits before the next attempt.
  ///
  /// - Returns: `false` when there is no time for one.
  private func pause(_ retries: inout RetryPolicy, after event: RetryPolicy.Event) async -> Bool {
    let dependencies = branch.dependencies
    let action = retries.next(
      after: event, now: dependencies.now(), randomUnit: dependencies.randomUnit())
    guard !Task.isCancelled, case .tryAgain(let pause) = action else { return false }
    return (try? await dependencies.sleep(pause)) != nil
  }

  /// Compares what was written with a commit that others have made since.
  ///
  /// - Returns: `nil` when the commit is older than the push, as a mirror that lags behind shows it,
  ///   or cannot be fetched any more: then the branch is to be read again.
  private func find(
    _ plan: BatchPlan, at tip: ObjectID, _ deadline: ContinuousClock.Instant
  ) async throws -> [Finding]? {
    let claims = plan.pushed.flatMap { $0.plan.steps.flatMap(\.change.claims) }
    let now: [StatePath: TreeEntry]
    do {
      now = try await objects.withObjects(ofTip: tip, deadline: deadline) { reader in
        try Snapshot(of: tip, reading: reader).entries(at: claims)
      }
    } catch is TipWithheld {
      // Others have pushed again, and the server only hands out their newest commit.
      return nil
    }
    let replaced = plan.pushed.map { part in
      part.plan.steps.lazy.compactMap { step in
        step.change.claims.first { now[$0]?.id != step.standing[$0]?.id }
      }.first
    }
    if replaced.contains(where: { $0 != nil }) {
      guard let pushed = plan.tip,
        try await history.contains(pushed, in: tip, deadline: deadline)
      else { return nil }
    }
    return zip(plan.pushed, replaced).map { part, claim in
      guard let claim else { return (part, .success(tip)) }
      return (part, .failure(self.replaced(part.plan, by: tip, at: claim)))
    }
  }

  private func replaced(
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

  private func notReadBack(
    _ plan: BatchPlan, showing shown: Result<ObjectID?, LandingError>, _ failure: LandingError?
  ) -> LandingError {
    let (url, name) = (branch.description.url, branch.description.branch)
    let seen =
      if let failure {
        "it could not be read back: \(failure.message)"
      } else {
        """
        \(name) still named \((try? shown.get())?.hexadecimal ?? "nothing") at the deadline; it may \
        be read from a mirror that lags behind
        """
      }
    return LandingError(
      failure?.unreadOutcome ?? .unreachable,
      """
      \(url) accepted \(plan.tip?.hexadecimal ?? "the push"), and \(seen). Run it again to see \
      whether it landed: what has is left as it is
      """, serverMessages: failure?.serverMessages ?? [])
  }
}

extension LandingError {
  /// The outcome of a push whose branch could not be read afterwards: to be tried again, whatever
  /// the reading met.
  var unreadOutcome: Outcome { outcome == .timedOut ? .timedOut : .unreachable }
}
