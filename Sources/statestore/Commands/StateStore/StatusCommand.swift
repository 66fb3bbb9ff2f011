import Application
import ArgumentParser
import Foundation
import Verification

/// `statestore status`: what the state stores hold.
struct StatusCommand: AsyncParsableCommand, DisplayCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Lists what is in the state stores, with the last commit of each and its age.",
    discussion: """
        statestore status --config ./platform
        statestore status --repo ./state.git --destination worker -o json
      """)

  @OptionGroup(title: OptionTitle.common) var common: CommonOptions
  @OptionGroup var format: FormatOptions

  @Option(
    help: ArgumentHelp(
      "What to read instead of the branch, written as for git: 1a2b3c4, v1, HEAD~1.",
      valueName: "revision"))
  var ref: String?

  func run() async throws {
    try await runReporting(as: format.output) {
      try show(
        try await ProgressLine.during {
          try await InventoryReader(try await common.settings, deadline: common.deadline)
            .inventories(at: ref)
        })
    }
  }

  private func show(_ inventories: [Inventory]) throws {
    switch format.output {
    case .text:
      let width = StandardStreams.outputWidth
      Output.text(inventories.map { $0.text(now: Date(), width: width) }.joined(separator: "\n"))
    case .json, .yaml:
      if let only = inventories.first, inventories.count == 1 {
        try Output.result(only, as: format.output)
      } else {
        try Output.result(inventories, as: format.output)
      }
    }
  }
}
