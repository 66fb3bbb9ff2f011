import Foundation
import Git
import Kratix
import Landing
import Signing
import Verification

/// One question to all state stores.
struct VerifySession: Sendable {
  /// The question to one state store.
  struct Part: Sendable {
    let check: Check
    let store: StateStore
    let cache: VerificationCacheFile.Entry?
  }

  let parts: [Part]
  /// Whether resources without findings are only counted.
  let isBrief: Bool
  let requests: [ResourceRequest]
  let promise: String?
  let platform: Platform

  /// Checks all state stores at the same time, so that a slow server does not delay the others.
  ///
  /// - Parameters:
  ///   - revision: What to read; `nil` for the branch.
  ///   - name: What the reports call it; `nil` for the revision itself.
  ///   - deadline: When to stop.
  /// - Throws: The failure of a state store, if it is the only one.
  func answer(
    at revision: String?, named name: String? = nil, deadline: ContinuousClock.Instant
  ) async throws -> VerifyAnswer {
    let outcomes = await withTaskGroup(of: (Int, PartResult).self) { group in
      for (index, part) in parts.enumerated() {
        group.addTask { (index, await partResult(of: part, at: revision, deadline: deadline)) }
      }
      return await group.reduce(into: [Int: PartResult]()) { $0[$1.0] = $1.1 }
    }
    var answer = VerifyAnswer(reports: [])
    for index in parts.indices {
      guard let outcome = outcomes[index] else { continue }
      answer.failures += outcome.failures
      do {
        answer.reports.append(try outcome.report.get())
      } catch  where parts.count > 1 {
        answer.failures.append(LandingError(error))
        answer.unreadable.append(parts[index].store.description)
      }
    }
    for index in answer.reports.indices { answer.reports[index].revision = name ?? revision }
    answer.reports = assigningRequests(answer.reports)
    return answer
  }

  /// The result of the question to one state store.
  private struct PartResult {
    var report: Result<Report, any Error>
    var failures: [LandingError] = []
  }

  private func partResult(
    of part: Part, at revision: String?, deadline: ContinuousClock.Instant
  ) async -> PartResult {
    var failures: [LandingError] = []
    do {
      let commit = try await part.store.commit(of: revision, deadline: deadline)
      let report = try await report(on: part, at: commit, deadline: deadline, &failures)
      return PartResult(report: .success(report), failures: failures)
    } catch {
      return PartResult(report: .failure(error), failures: failures)
    }
  }

  private static let timeForExcerpts: Duration = .seconds(10)

  /// The reports with the lines that their findings are about.
  func withExcerpts(_ reports: [Report]) async -> [Report] {
    var reports = reports
    for (index, report) in reports.enumerated() {
      guard let part = parts.first(where: { $0.store.description == report.stateStore }) else {
        continue
      }
      reports[index] = await report.withExcerpts(
        context: 1, from: part.store, deadline: .now + Self.timeForExcerpts)
    }
    return reports
  }

  /// Reports each request only for the state store that holds it.
  func assigningRequests(_ reports: [Report]) -> [Report] {
    // A request that was not found may be in a state store that could not be read.
    guard reports.count == parts.count else { return reports }
    return reports.settled(on: requests, promise: promise, platform: platform)
  }

  /// The report on one state store, from the cache if the commit has been checked before.
  func report(
    on part: Part, at commit: ObjectID?, deadline: ContinuousClock.Instant,
    _ failures: inout [LandingError]
  ) async throws -> Report {
    guard let cache = part.cache else {
      return shown(try await result(of: part, at: commit, deadline: deadline, &failures))
    }
    let known: ObjectID?
    if let commit { known = commit } else { known = try await part.store.tip(deadline: deadline) }
    // With an age limit, and where keys expire, the report changes while the commit stays the same.
    let isOfItsTime = part.check.freshness != nil || part.check.signers?.expire == true
    if isBrief, !isOfItsTime, let report = cache.report(of: known) {
      return report
    }
    let result = try await result(of: part, at: known, deadline: deadline, &failures)
    // An incomplete result must not be used the next time.
    guard failures.isEmpty else { return shown(result) }
    do {
      try cache.save(result)
    } catch {
      failures.append(LandingError(error))
    }
    return shown(result)
  }

  /// What is printed of a result.
  private func shown(_ result: CheckResult) -> Report {
    isBrief ? result.withoutCleanResources : result.report
  }

  private func result(
    of part: Part, at commit: ObjectID?, deadline: ContinuousClock.Instant,
    _ failures: inout [LandingError]
  ) async throws -> CheckResult {
    try await part.check.report(
      on: part.store, at: commit, memory: { part.cache?.load() }, deadline: deadline,
      note: { error in
        let failure = LandingError(error)
        // A check that ran out of time is a failure; without history the report only says less.
        if failure.outcome == .timedOut {
          failures.append(failure)
        } else {
          Output.notice("history could not be read: \(failure)")
        }
      })
  }
}
