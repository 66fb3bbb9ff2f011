import ArgumentParser
import Foundation
import Kratix
import Landing
import Verification

/// `statestore diff`: what a write would change.
struct Diff: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Shows what a write would add, change and remove.",
    discussion: """
      Ends with 0 when there is nothing to change, and with 1 when there is.
        statestore diff --config ./platform --rendered ./output --promise postgresql \\
          --namespace default --name postgres-example --pipeline instance-configure
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var format: FormatOptions
  @OptionGroup var options: WorkOptions

  @Flag(help: "Show what write --relocate would change.")
  var relocate = false

  func run() async throws {
    do {
      let platform = try common.loadPlatform()
      let source = try options.source(on: platform)
      if let suspension = source.suspension {
        Printing.notice("nothing would be written: \(suspension)")
        return try show([])
      }
      let stores = try common.openStateStores(of: platform)
      let previews = try await stores.preview(
        source.intent,
        steering: LandingRequest.Steering(
          relocates: relocate, namesAreGiven: options.namesAreGiven),
        options: LandingOptions(deadline: common.deadline))
      try show(previews)
      if previews.contains(where: { !$0.files.isEmpty }) { throw ExitStatus(rawValue: 1) }
    } catch {
      try Printing.end(with: error, as: format.output)
    }
  }

  private func show(_ previews: [Preview]) throws {
    switch format.output {
    case .text:
      let text = previews.map(\.diff).joined()
      // A program that reads a diff wants its bytes.
      isatty(STDOUT_FILENO) == 1 ? Printing.text(text) : print(text, terminator: "")
    case .json, .yaml:
      try Printing.result(Document(previews: previews.map(\.document)), as: format.output)
    }
  }

  /// The result for a program.
  private struct Document: Encodable {
    var schemaVersion = 1
    var previews: [Preview.Document]
  }
}
