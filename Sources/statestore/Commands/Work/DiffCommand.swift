import Application
import ArgumentParser
import Foundation
import Landing
import Verification

/// `statestore diff`: what a write would change.
struct DiffCommand: AsyncParsableCommand, DisplayCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Shows what a write would add, change and remove.",
    discussion: """
      Ends with 0 if nothing would change, and with 1 if something would.
        statestore diff --config ./platform --rendered ./output \\
          --promise postgresql --namespace default --name postgres-example \\
          --pipeline instance-configure
      """)

  @OptionGroup(title: OptionTitle.common) var common: CommonOptions
  @OptionGroup var format: FormatOptions
  @OptionGroup(title: OptionTitle.rendered) var options: WorkOptions

  @Flag(help: "Show what write --relocate would change.")
  var relocate = false

  func run() async throws {
    try await runReporting(as: format.output) {
      let settings = try await common.settings
      let platform = try settings.loadPlatform()
      let reading = try options.source.read(on: platform)
      if let suspension = reading.suspension {
        Output.notice("nothing would be written: \(suspension)")
        return try show([])
      }
      let stores = try settings.openStateStores(of: platform)
      let previews = try await stores.preview(
        reading.intent,
        steering: LandingRequest.Steering(
          relocates: relocate, namesAreGiven: options.source.givesWorkName),
        options: LandingOptions(deadline: common.deadline))
      try show(previews)
      if previews.contains(where: { !$0.files.isEmpty }) { throw ExitStatus(rawValue: 1) }
    }
  }

  private func show(_ previews: [Preview]) throws {
    switch format.output {
    case .text:
      let text = previews.map(\.diff).joined()
      // A program gets the bytes of the diff, unescaped.
      isatty(STDOUT_FILENO) == 1 ? Output.text(text) : print(text, terminator: "")
    case .json, .yaml:
      try Output.result(Document(previews: previews.map(\.document)), as: format.output)
    }
  }

  /// The result for a program.
  private struct Document: Encodable {
    var schemaVersion = 1
    var previews: [Preview.Document]
  }
}
