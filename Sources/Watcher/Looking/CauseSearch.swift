import Application
import Foundation
import KubernetesAPI
import Manifests
import Verification

/// Asks diagnoses why requests have not landed, some at once.
struct CauseSearch: Sendable {
  /// A request that is not there as it should be.
  struct Question: Sendable {
    let request: WatchedRequest
    let first: Judgement
    let works: [Node]
    let placements: [Node]
  }

  private static let atOnce = 4

  let settings: PlatformSettings
  let reader: ClusterReader
  /// How many seconds something new may be on its way.
  let grace: Double

  /// The judgements with their causes; a request that has landed meanwhile is left out.
  func judgements(on questions: [Question]) async -> [RequestKey: Judgement] {
    var found: [RequestKey: Judgement] = [:]
    var rest = questions[...]
    while !rest.isEmpty, !Task.isCancelled {
      let batch = Array(rest.prefix(Self.atOnce))
      rest = rest.dropFirst(batch.count)
      let judgements = await withTaskGroup(of: (RequestKey, Judgement?).self) { group in
        for question in batch {
          group.addTask { (question.request.key, await judgement(on: question)) }
        }
        return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
      }
      found.merge(judgements) { $1 }
    }
    return found
  }

  private func judgement(on question: Question) async -> Judgement? {
    let evidence = WatchedEvidence(
      reader: reader, request: question.request, works: question.works,
      placements: question.placements)
    do {
      let diagnosis = try await evidence.diagnosis(
        settings, grace: grace, deadline: reader.deadline)
      return diagnosis.isLanded ? nil : question.first.withCause(diagnosis)
    } catch {
      // What verification says holds without a cause too.
      return question.first
    }
  }
}
