package import Foundation
internal import Git
internal import Kratix
internal import KubernetesAPI
package import Landing
package import Verification

/// What is said of a request.
package struct Judgement: Sendable, Hashable {
  /// The values of the label `verdict` of `statestore_requests`: those of verification, and one more.
  package enum Verdict: String, Sendable, Hashable, CaseIterable {
    case landed, wrong, missing, misplaced, unknown
    /// Its pipelines run, or have just completed.
    case pending
  }

  package var verdict: Verdict
  /// Why, in one word in CamelCase.
  package var reason: String
  package var message: String

  package init(_ verdict: Verdict, _ reason: String, _ message: String) {
    self.verdict = verdict
    self.reason = reason
    self.message = message
  }
}

/// What was seen of a request in the state stores.
package enum Sighting: Sendable {
  /// What verification says.
  case report(ResourceReport)
  /// A state store in which it may be cannot be read, since some time.
  case unreadable(LandingError, since: Date)
}

/// The first step to a judgement: either that, or the question why.
package enum FirstJudgement: Sendable {
  /// It is settled.
  case settled(Judgement)
  /// Nothing new can be said now; what was said before holds.
  case unchanged
  /// It is not there as it should be, and a diagnosis tells why.
  case needsCause(Judgement)
  /// It is no longer of interest.
  case none
}

extension WatchedRequest {
  /// What is to be said of the request, by its own progress and by what was seen.
  ///
  /// - Parameters:
  ///   - grace: How long a commit may take after the pipelines have completed.
  ///   - now: The time.
  package func judged(
    by sighting: Sighting, grace: TimeInterval, now: Date
  ) -> FirstJudgement {
    switch progress {
    case .deleting: return .none
    case .suspended:
      return .settled(
        Judgement(.unknown, "Suspended", "a pipeline has suspended the workflow"))
    case .running:
      return .settled(Judgement(.pending, "PipelineRunning", "the pipelines have not completed"))
    case .changed:
      return .settled(
        Judgement(
          .pending, "SpecChanged", "its spec was changed, and the pipelines have not run again"))
    case .failed, .completed: break
    }
    let isRecent = completed.map { now.timeIntervalSince($0) < grace } ?? false
    switch sighting {
    case .unreadable(let error, let since):
      guard now.timeIntervalSince(since) >= grace else { return .unchanged }
      return .settled(Judgement(.unknown, "StoreUnreadable", error.description))
    case .report(let report):
      if case .failed = progress {
        return .needsCause(Judgement(.missing, "PipelineFailed", "a pipeline failed"))
      }
      if report.verdict == .landed {
        return .settled(Judgement(.landed, "Landed", report.placesText))
      }
      guard !isRecent else {
        return .settled(
          Judgement(
            .pending, "NotYetLanded", "the pipelines have completed, and no commit is there yet"))
      }
      return first(of: report)
    }
  }

  private func first(of report: ResourceReport) -> FirstJudgement {
    let message = report.findings.first?.sentence ?? report.notes.first ?? "nothing of it is there"
    switch report.verdict {
    case .landed: return .settled(Judgement(.landed, "Landed", report.placesText))
    case .wrong: return .needsCause(Judgement(.wrong, "WrongContent", message))
    case .missing: return .needsCause(Judgement(.missing, "NeverCommitted", message))
    case .misplaced: return .needsCause(Judgement(.misplaced, "Misplaced", message))
    case .unknown: return .settled(Judgement(.unknown, "NotJudged", message))
    }
  }
}

extension Judgement {
  /// The same with the cause that a diagnosis names, where it names one.
  package func withCause(_ diagnosis: Diagnosis) -> Judgement {
    guard let broken = diagnosis.broken, let fault = broken.fault else { return self }
    let doubt = broken.basis == .certain ? "" : " (\(broken.basis?.rawValue ?? "possible"))"
    let cause = broken.cause.map { ": \($0)" } ?? ""
    return Judgement(
      verdict, fault.rawValue.inCamelCase, "\(broken.name.rawValue): \(broken.says)\(doubt)\(cause)"
    )
  }
}

extension ResourceReport {
  /// Where it is, for a message.
  fileprivate var placesText: String {
    guard !placements.isEmpty else { return "on the branch" }
    let places = placements.map { placement in
      "\(placement.path) at \(placement.destination)"
        + (placement.commit.map { ", commit \($0.id.hexadecimal.prefix(12))" } ?? "")
    }
    return "on the branch: " + places.sorted().joined(separator: "; ")
  }
}

extension String {
  /// `empty-output` becomes `EmptyOutput`, as reasons of conditions and Events are written.
  fileprivate var inCamelCase: String {
    unicodeScalars.split(separator: "-").map { word in
      String(word.prefix(1)).uppercased() + String(word.dropFirst())
    }.joined()
  }
}
