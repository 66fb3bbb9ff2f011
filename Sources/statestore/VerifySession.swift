import Foundation
import Git
import Kratix
import Landing
import Verification

/// One question to all state stores: asked once, or again and again until the answer is good.
struct VerifySession {
  /// What one state store is asked.
  struct Part {
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

  /// Asks once.
  ///
  /// - Throws: What a state store failed with, if it is the only one.
  func answer(at revision: String?, within limit: Duration) async throws -> VerifyAnswer {
    var answer = VerifyAnswer(reports: [])
    for part in parts {
      do {
        let deadline = ContinuousClock.now + limit
        let commit = try await part.store.commit(of: revision, deadline: deadline)
        answer.reports.append(
          try await report(on: part, at: commit, deadline: deadline, &answer.failures))
      } catch  where parts.count > 1 {
        answer.failures.append(Failure(error))
      }
    }
    answer.reports = settled(answer.reports)
    return answer
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
      return try await result(of: part, at: commit, deadline: deadline).report
    }
    let known: ObjectID?
    if let commit { known = commit } else { known = try await part.store.tip(deadline: deadline) }
    // Ages go on while the state store stays as it is.
    if isBrief, part.check.freshness == nil, let report = memory.report(of: known) {
      return report
    }
    let result = try await result(of: part, at: known, deadline: deadline)
    do {
      try memory.save(result)
    } catch {
      failures.append(Failure(error))
    }
    return isBrief ? result.withoutQuiet : result.report
  }

  private func result(
    of part: Part, at commit: ObjectID?, deadline: ContinuousClock.Instant
  ) async throws -> CheckResult {
    try await part.check.report(
      on: part.store, at: commit, memory: { part.memory?.load() }, deadline: deadline,
      note: { Printing.notice("history could not be read: \(Failure($0).text)") })
  }
}
