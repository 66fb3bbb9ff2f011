import Application
import ArgumentParser
import Verification

/// `statestore expectation from`.
struct ExpectationFromCommand: AsyncParsableCommand, DisplayCommand {
  static let configuration = CommandConfiguration(
    commandName: "from",
    abstract: "Writes a first Expectation from output that is known to be good.",
    discussion: """
        statestore expectation from --rendered ./output --request ./request.yaml

      With a request of each size and its output, what follows the size becomes a table:
        statestore expectation from --config ./promise.yaml \\
          --rendered ./small --request ./small.yaml --rendered ./large --request ./large.yaml
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var format: FormatOptions

  @Option(help: ArgumentHelp("What the pipeline rendered for a request.", valueName: "directory"))
  var rendered: [String]

  @Option(help: ArgumentHelp("The request that it was rendered for.", valueName: "file"))
  var request: [String]

  @Option(help: "The Promise's name, where it is not in --config.")
  var promise: String?

  func validate() throws {
    guard rendered.count == request.count, !rendered.isEmpty else {
      throw ValidationError("Give a --request for each --rendered.")
    }
  }

  func run() async throws {
    try await runReporting(as: format.output) {
      let draft = try ExpectationDraft(
        samples: zip(request, rendered).map { ($0, $1) }, promise: promise,
        settings: common.settings)
      print(draft.text, terminator: "")
    }
  }
}
