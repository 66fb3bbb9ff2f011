internal import Git
internal import Signing

extension BatchPlan {
  /// The same plan with signed commits, each on the signed one before it.
  ///
  /// Plans are made without signatures, because they are made again and again; only what is pushed
  /// is signed.
  ///
  /// - Parameter now: The clock.
  /// - Throws: `SigningError`, or `GitError`.
  func signed(
    by signer: CommitSigner, until deadline: ContinuousClock.Instant,
    now: () -> ContinuousClock.Instant
  ) async throws -> BatchPlan {
    let start = now()
    var ids: [ObjectID: ObjectID] = [:]
    var commits: [[UInt8]] = []
    for (id, bytes) in new.commits {
      try LandingError.checkCancellation()
      let commit = try Commit(bytes: bytes)
      let signed = try await signer.signed(
        commit.onto(commit.parents.map { ids[$0] ?? $0 }).bytes, until: deadline)
      ids[id] = try ObjectID(of: GitObject(kind: .commit, bytes: signed))
      commits.append(signed)
    }
    return try replacingCommits(
      with: commits, ids: ids,
      PushObservation.Signing(
        format: signer.format, commits: commits.count, duration: start.duration(to: now())))
  }
}
