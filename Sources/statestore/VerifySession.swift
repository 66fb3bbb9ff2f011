import Foundation
import Git
import Kratix
import Landing
import Verification

/// One question to all state stores: asked once, or again and again until the answer is good.
struct VerifySession: Sendable {
  /// What one state store is asked.
  struct Part: Sendable {
    let check: Check
    let store: StateStore
    let memory: MemoryFile.Memory?
  }

  let parts: [Part]
  /// Whether of what stands as it should the sums are enough.
  let isBrief: Bool
  let requests: [ResourceRequest]
  let promise: String?
  let platform: Platform

  /// Asks once, all state stores at the same time: one that is silent takes no time from the others.
  ///
  /// - Throws: What a state store failed with, if it is the only one.
  func answer(
    at revision: String?, deadline: ContinuousClock.Instant
  ) async throws -> VerifyAnswer {
    let outcomes = await withTaskGroup(of: (Int, Outcome).self) { group in
      for (index, part) in parts.enumerated() {
        group.addTask { (index, await outcome(of: part, at: revision, deadline: deadline)) }
      }
      return await group.reduce(into: [Int: Outcome]()) { $0[$1.0] = $1.1 }
    }
    var answer = VerifyAnswer(reports: [])
    for index in parts.indices {
      guard let outcome = outcomes[index] else { continue }
      answer.failures += outcome.failures
      do {
        answer.reports.append(try outcome.report.get())
      } catch  where parts.count > 1 {
        answer.failures.append(Failure(error))
      }
    }
    answer.reports = settled(answer.reports)
    return answer
  }

  /// What came of the question to one state store.
  private struct Outcome {
    var report: Result<Report, any Error>
    var failures: [Failure] = []
  }

  private func outcome(
    of part: Part, at revision: String?, deadline: ContinuousClock.Instant
  ) async -> Outcome {
    var failures: [Failure] = []
    do {
      let commit = try await part.store.commit(of: revision, deadline: deadline)
      let report = try await report(on: part, at: commit, deadline: deadline, &failures)
      return Outcome(report: .success(report), failures: failures)
    } catch {
      return Outcome(report: .failure(error), failures: failures)
    }
  }

  func settled(_ reports: [Report]) -> [Report] {
    // A request that is nowhere may be where nobody could look.
    guard reports.count == parts.count else { return reports }
    return reports.settled(on: requests, promise: promise, platform: platform)
  }

  func report(
    on part: Part, at commit: ObjectID?, deadline: ContinuousClock.Instant,
    _ failures: inout [Failure]
  ) async throws -> Report {
    guard let memory = part.memory else {
      return try await result(of: part, at: commit, deadline: deadline, &failures).report
    }
    let known: ObjectID?
    if let commit { known = commit } else { known = try await part.store.tip(deadline: deadline) }
    // Ages go on while the state store stays as it is.
    if isBrief, part.check.freshness == nil, let report = memory.report(of: known) {
      return report
    }
    let result = try await result(of: part, at: known, deadline: deadline, &failures)
    // What was cut short is no answer for the next time.
    guard failures.isEmpty else { return isBrief ? result.withoutCleanResources : result.report }
    do {
      try memory.save(result)
    } catch {
      failures.append(Failure(error))
    }
    return isBrief ? result.withoutCleanResources : result.report
  }

  private func result(
    of part: Part, at commit: ObjectID?, deadline: ContinuousClock.Instant,
    _ failures: inout [Failure]
  ) async throws -> CheckResult {
    try await part.check.report(
      on: part.store, at: commit, memory: { part.memory?.load() }, deadline: deadline,
      note: { error in
        let failure = Failure(error)
        // What could not be checked in time is no success; what history would have added is less.
        if failure.outcome == .timedOut {
          failures.append(failure)
        } else {
          Printing.notice("history could not be read: \(failure.text)")
        }
      })
  }
}
