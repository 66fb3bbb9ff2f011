import Foundation
import Git
package import Landing
import Verification

/// The result of a write, and its text for a person and a program.
package struct WriteResult {
  package var receipts: [Receipt] = []
  private(set) var previews: [ShownPreview]?
  /// What is left of a request that was removed, in directories that no Destination has.
  private var remains: [String] = []
  private var stores: StateStores?
  private static let dryRun = "nothing was written: this was a dry run"
  private(set) var failure: LandingError?
  private(set) var suspension: String?
  private var outcome: Outcome?

  /// Does what is intended, or finds what it would change.
  package mutating func land(
    _ intent: LandingRequest.Intent, steering: LandingRequest.Steering, in stores: StateStores,
    options: LandingOptions, isDryRun: Bool
  ) async throws {
    self.stores = stores
    if isDryRun {
      show(
        try await stores.preview(intent, steering: steering, options: options).map(
          ShownPreview.init))
    } else {
      try await stores.land(intent, steering: steering, options: options) {
        receipts.append($0)
      }
      if !steering.removesEverywhere, intent.isRemoval {
        remains = try await stores.remains(
          of: intent.works, after: receipts, deadline: options.deadline)
      }
      succeed()
    }
  }

  /// Records what a dry run found.
  package mutating func show(_ previews: [ShownPreview]) { self.previews = previews }

  mutating func fail(_ failure: LandingError) { self.failure = failure }

  /// Records why Kratix would not write anything.
  package mutating func suspend(_ reason: String) {
    suspension = reason
    outcome = .unchanged
  }

  package mutating func succeed() {
    let outcomes = Set(receipts.map(\.outcome))
    outcome = [Outcome.landed, .removed].first { outcomes.contains($0) } ?? .unchanged
  }

  /// Does the work that the result does not depend on, such as writing the cache.
  func settle() async {
    await stores?.flushCaches()
    await stores?.close()
  }

  var exitStatus: Int32 { failure?.outcome.meaning.writeStatus ?? 0 }

  /// One line: the outcome, and where.
  var summary: String {
    if let failure { return "\(failure.outcome.rawValue): \(failure.message.firstLine)" }
    if let suspension { return "unchanged: \(suspension)" }
    if previews != nil { return "unchanged: \(Self.dryRun)" }
    if receipts.isEmpty { return "unchanged: nothing of it is there" }
    let places = receipts.map { "\($0.commit.abbreviated) on \($0.stateStore.branch)" }
    return "\((outcome ?? .unchanged).rawValue): \(places.joined(separator: ", "))"
  }

  /// The text for a person.
  var text: String {
    if let suspension { return "unchanged: nothing was written: \(suspension)\n" }
    if failure == nil, receipts.isEmpty, previews == nil {
      return summary.replacing(": ", with: "  ", maxReplacements: 1) + "\n"
    }
    return receipts.map(\.text).joined() + (previews ?? []).map(\.diff).joined()
      + remains.map {
        "left  \($0): no Destination of the configuration has its directory; --everywhere removes it\n"
      }
      .joined()
  }

  /// The result for a program.
  var document: Document {
    Document(
      outcome: failure?.outcome ?? outcome ?? .unchanged,
      message: failure?.message ?? suspension ?? previews.map { _ in Self.dryRun },
      serverMessages: failure?.serverMessages,
      receipts: receipts, previews: previews?.map(\.document),
      remains: remains.isEmpty ? nil : remains)
  }

  /// The result for a program; also what a receipt file holds.
  struct Document: Codable {
    var schemaVersion = 1
    var outcome: Outcome
    var message: String?
    var serverMessages: [String]?
    var receipts: [Receipt]
    /// What a dry run found.
    var previews: [Preview.Document]?
    /// What a removal left in directories that no Destination has.
    var remains: [String]?
  }
}

extension String {
  fileprivate var firstLine: String { String(prefix { !$0.isNewline }) }
}
