import Foundation
import Git
import Landing
import Verification

/// What became of a write, in all the forms in which it is told.
struct WriteResult {
  var receipts: [Receipt] = []
  private(set) var previews: [ShownPreview]?
  var stores: StateStores?
  private static let dryRun = "nothing was written: this was a dry run"
  private(set) var failure: Failure?
  private(set) var suspension: String?
  private var outcome: Outcome?

  /// Does what is intended, or shows what it would change.
  mutating func land(
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
      succeed()
    }
  }

  /// Takes what a dry run found.
  mutating func show(_ previews: [ShownPreview]) { self.previews = previews }

  mutating func fail(_ failure: Failure) { self.failure = failure }

  mutating func suspend(_ reason: String) {
    suspension = reason
    outcome = .unchanged
  }

  mutating func succeed() {
    let outcomes = Set(receipts.map(\.outcome))
    outcome = [Outcome.landed, .removed].first { outcomes.contains($0) } ?? .unchanged
  }

  /// Does what no outcome has to wait for.
  func settle() async {
    await stores?.settle()
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
  }

  /// The result for a program.
  var document: Document {
    Document(
      outcome: failure?.outcome ?? outcome ?? .unchanged,
      message: failure?.message ?? suspension ?? previews.map { _ in Self.dryRun },
      serverMessages: failure?.serverMessages,
      receipts: receipts, previews: previews?.map(\.document))
  }

  /// What a dry run found in one state store, wherever it ran.
  struct ShownPreview {
    var document: Preview.Document
    var diff: String

    init(_ preview: Preview) { self.init(document: preview.document, diff: preview.diff) }

    init(document: Preview.Document, diff: String) {
      self.document = document
      self.diff = diff
    }
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
  }
}

extension Receipt {
  fileprivate var text: String {
    var lines: [String] = []
    for placement in placements {
      let files = placement.files.count
      let count = files == 1 ? "1 file" : "\(files) files"
      let misplaced = placement.misplaced ? ", misplaced: the selectors no longer choose it" : ""
      lines.append("\(placement.outcome.rawValue)  \(placement.name)")
      lines.append("  \(placement.destination): \(placement.path) (\(count)\(misplaced))")
      for place in placement.movedFrom ?? [] {
        lines.append("  moved from \(place.destination): \(place.path)")
      }
    }
    if placements.isEmpty { lines.append("unchanged  nothing of it is there") }
    let pushes = attempts == 1 ? "1 push" : "\(attempts) pushes"
    lines.append(
      "  read back: commit \(commit.abbreviated) on \(stateStore.branch) of \(stateStore.url), \(pushes)"
    )
    return lines.joined(separator: "\n") + "\n"
  }
}

extension String {
  fileprivate var firstLine: String { String(prefix { !$0.isNewline }) }
}
