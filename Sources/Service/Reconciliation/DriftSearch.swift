internal import Git
internal import Kratix
internal import Landing

/// Looks through all that should stand in a state store, some of it at a time: all of it at once
/// would take more memory than everything else that the service does.
struct DriftSearch {
  let name: String
  let store: StateStore
  let description: GitStateStore
  let destinations: [String: Destination]
  let state: DesiredState
  let deadline: ContinuousClock.Instant
  /// How many placements are held against the branch at once.
  let mostAtOnce: Int

  /// What was found.
  struct Findings {
    /// What is not as it was, and still should be.
    var deviations: [DriftCheck.Deviation] = []
    /// How many placements were looked at.
    var count = 0
    /// The commit that was looked at last.
    var tip: ObjectID
    /// Whether it was the same for all.
    var isOfOneTip = true
  }

  /// The last commit of the branch.
  ///
  /// - Throws: `LandingError` when it cannot be read, or the branch is missing.
  func tip() async throws -> ObjectID {
    guard let tip = try await store.tip(deadline: deadline) else {
      throw LandingError(.branchMissing, "\(description.url) has no branch \(description.branch)")
    }
    return tip
  }

  /// Looks at everything, from a commit that the branch had a moment ago.
  ///
  /// - Throws: `LandingError` when the state store cannot be read, `StorageError`.
  func findings(since tip: ObjectID) async throws -> Findings {
    var findings = Findings(tip: tip)
    var part: [StandingExpectation] = []
    repeat {
      part = try await state.expectations(in: name, after: part.last, limit: mostAtOnce)
      try await look(at: part, &findings)
    } while part.count == mostAtOnce
    return findings
  }

  /// The branch is asked after the part has been read: it has all that had landed by then.
  private func look(at part: [StandingExpectation], _ findings: inout Findings) async throws {
    let tip = try await tip()
    findings.isOfOneTip = findings.isOfOneTip && tip == findings.tip
    findings.tip = tip
    findings.count += part.count
    let check = DriftCheck(expectations: part, destinations: destinations, store: description)
    findings.deviations += try await stillExpected(
      try await store.read(tip, deadline: deadline) { try check.deviations(in: $0) })
  }

  /// What has been written since is not what was looked for.
  private func stillExpected(
    _ deviations: [DriftCheck.Deviation]
  ) async throws -> [DriftCheck.Deviation] {
    if deviations.isEmpty { return [] }
    let keys = Set(deviations.map(\.expectation.key))
    let expected = Set(try await state.expectations(in: name, of: keys))
    return deviations.filter { expected.contains($0.expectation) }
  }
}
