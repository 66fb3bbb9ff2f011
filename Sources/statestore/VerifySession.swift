import Foundation
import Git
import Landing
import Verification

/// One question to one state store: asked once, or again and again until the answer is good.
struct VerifySession {
  let check: Check
  let store: StateStore
  /// Whether of what stands as it should the sums are enough.
  let isBrief: Bool
  let memory: MemoryFile?

  /// Asks once.
  func report(at commit: ObjectID?, deadline: ContinuousClock.Instant) async throws -> Report {
    guard let memory else { return try await result(at: commit, nil, deadline: deadline).report }
    let known: ObjectID?
    if let commit { known = commit } else { known = try await store.tip(deadline: deadline) }
    // Ages go on while the state store stays as it is.
    if isBrief, check.freshness == nil, let report = memory.report(of: known) { return report }
    let result = try await result(at: known, memory.load(), deadline: deadline)
    try memory.save(result)
    return isBrief ? result.withoutQuiet : result.report
  }

  private func result(
    at commit: ObjectID?, _ memory: CheckMemory?, deadline: ContinuousClock.Instant
  ) async throws -> CheckResult {
    try await check.report(on: store, at: commit, memory: memory, deadline: deadline) { error in
      Printing.notice("history could not be read: \(Failure(error).text)")
    }
  }

  /// Asks again whenever the branch has moved, until all has landed or the time is over.
  func wait(_ duration: Duration, timeout: Duration) async throws -> Report {
    let end = ContinuousClock.now + duration
    var progress = WaitProgress()
    var last: (commit: ObjectID?, report: Report)?
    for attempt in 0... {
      do {
        let deadline = min(end + timeout, .now + timeout)
        let tip = try await store.tip(deadline: deadline)
        if last == nil || last?.commit != tip {
          last = (tip, try await report(at: tip, deadline: deadline))
        }
      } catch let error as LandingError where ContinuousClock.now < end && error.mayPass {
        progress.show("\(error.outcome.rawValue); asking again")
      }
      if let last, last.report.allLanded || .now >= end {
        progress.clear()
        return last.report
      }
      if let last {
        let summary = last.report.summary
        progress.show("waiting: \(summary.landed) of \(summary.resources) landed")
      }
      try await Task.sleep(for: min(Self.pause(after: attempt), max(.zero, end - .now)))
    }
    throw CancellationError()
  }

  /// Half a second at first, ten seconds in the long run.
  static func pause(after attempt: Int) -> Duration {
    min(.milliseconds(500) * (1 << min(attempt, 5)), .seconds(10))
  }
}

extension LandingError {
  /// Whether it can go away by itself.
  fileprivate var mayPass: Bool {
    [.unreachable, .timedOut, .branchMissing].contains(outcome)
  }
}

extension Report {
  fileprivate var allLanded: Bool {
    summary.landed == summary.resources && worstSeverity != .error
  }
}

/// What a person sees while waiting; a program sees nothing.
private struct WaitProgress {
  private let isShown = isatty(STDERR_FILENO) == 1
  private var isDirty = false

  mutating func show(_ text: String) {
    guard isShown else { return }
    FileHandle.standardError.write(Data("\r\u{1b}[K\(text)".utf8))
    isDirty = true
  }

  mutating func clear() {
    guard isDirty else { return }
    FileHandle.standardError.write(Data("\r\u{1b}[K".utf8))
    isDirty = false
  }
}
