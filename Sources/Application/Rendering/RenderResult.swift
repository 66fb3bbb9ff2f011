import Foundation
import Landing
package import Manifests
import Verification

/// What a pipeline rendered, where it would land, and what is wrong with it.
package struct RenderResult: Sendable {
  /// A container that ran.
  struct Container: Sendable {
    let pipeline: String
    let name: String
    /// The engine and image, or the command in the container's place.
    let runner: String
  }

  var containers: [Container] = []
  var remarks: [String] = []
  /// What would be refused, such as a pipeline that wrote nothing.
  var refusals: [LandingError] = []
  var placements: [Receipt.LandedPlacement] = []
  /// What would change in the real state stores; `nil` if that was not asked.
  var previews: [ShownPreview]?
  /// What verification says of it; `nil` if there is nothing to verify.
  var answer: VerifyAnswer?

  /// The exit status of the command.
  package func exitStatus(failingOn threshold: FailureThreshold) -> Int32 {
    let refused = refusals.map(\.outcome.meaning.writeStatus).max() ?? 0
    return max(refused, answer?.exitStatus(failingOn: threshold) ?? 0)
  }

  /// What was refused, for standard error.
  package var messages: [String] {
    refusals.map(\.description) + (answer?.failures ?? []).map(\.description)
  }

  /// The text for a person.
  package func text(isColoured: Bool) -> String {
    var lines = containers.map { "ran  \($0.pipeline)/\($0.name): \($0.runner)" }
    lines += remarks.map { "note: \($0)" }
    for placement in placements {
      lines.append("would land  \(placement.name)")
      lines.append("  \(placement.destination): \(placement.path)")
      lines += placement.files.map { file in
        let isBelow = file.path.hasPrefix(placement.path + "/")
        return "    \(isBelow ? String(file.path.dropFirst(placement.path.count + 1)) : file.path)"
      }
    }
    let reports = answer?.reports ?? []
    let notes = reports.flatMap(\.resources).flatMap(\.notes)
    lines += notes.indices.filter { !notes[..<$0].contains(notes[$0]) }.map { "note: \(notes[$0])" }
    lines = lines.map(TerminalText.line)
    lines += reports.map { Self.findings(of: $0, isColoured: isColoured) }
    let text = lines.map { $0 + "\n" }.joined()
    return text + (previews ?? []).map { TerminalText.visible($0.diff) }.joined()
  }

  /// The findings of a report, without the verdict that something has landed.
  private static func findings(of report: Report, isColoured: Bool) -> String {
    var report = report
    for index in report.resources.indices { report.resources[index].notes = [] }
    let text = TextReport(isColoured: isColoured, isBrief: true)
    let counts = [(report.summary.errors, "error"), (report.summary.warnings, "warning")]
      .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
    let verdict = counts.isEmpty ? "no findings" : counts.joined(separator: ", ")
    return text.text(of: report).replacing(
      text.verdict(of: report), with: "verification: \(verdict)"
    )
    .trimmingCharacters(in: .newlines)
  }

  /// The result for a program.
  package func document() throws -> Node {
    var document: Mapping = [
      "schemaVersion": Node(.integer(1)),
      "containers": Node(
        .sequence(
          containers.map {
            [
              "pipeline": Node(.string($0.pipeline)), "name": Node(.string($0.name)),
              "runner": Node(.string($0.runner)),
            ]
          })),
      "remarks": Node(.sequence(remarks.map { Node(.string($0)) })),
      "refusals": Node(.sequence(try refusals.map { try Node(encoding: FailureDocument($0)) })),
      "placements": Node(.sequence(placements.map(Self.node))),
      "reports": Node(.sequence((answer?.reports ?? []).map(\.node))),
    ]
    if let previews {
      document["previews"] = try Node(encoding: previews.map(\.document))
    }
    return Node(.mapping(document))
  }

  private static func node(of placement: Receipt.LandedPlacement) -> Node {
    [
      "name": Node(.string(placement.name)), "destination": Node(.string(placement.destination)),
      "path": Node(.string(placement.path)),
      "files": Node(.sequence(placement.files.map { Node(.string($0.path)) })),
    ]
  }
}
