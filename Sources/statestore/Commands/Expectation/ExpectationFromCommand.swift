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

      With a request and output of each size, values that depend on it become a
      table:
        statestore expectation from --config ./promise.yaml \\
          --rendered ./small --request ./small.yaml \\
          --rendered ./large --request ./large.yaml

      From what has landed of a Promise, and from its requests if you have them:
        statestore expectation from --repo URL --promise redis \\
          --request ./small.yaml --request ./large.yaml
      """)

  @OptionGroup(title: OptionTitle.common) var common: CommonOptions
  @OptionGroup var format: FormatOptions

  @Option(
    help: ArgumentHelp("What the pipeline rendered for a request.", valueName: "directory"),
    completion: .directory)
  var rendered: [String] = []

  @Option(
    help: ArgumentHelp("The request for which it was rendered, or has landed.", valueName: "file"),
    completion: .file())
  var request: [String] = []

  @Option(
    help: "The Promise's name; without --rendered, the one whose requests landed.",
    completion: NameCompletion.promises)
  var promise: String?

  func validate() throws {
    if rendered.isEmpty {
      guard promise != nil else {
        throw ValidationError("Give --rendered and --request, or --promise for what landed of it.")
      }
    } else if rendered.count != request.count {
      throw ValidationError("Give a --request for each --rendered.")
    }
  }

  func run() async throws {
    try await runReporting(as: format.output) { print(try await draft().text, terminator: "") }
  }

  private func draft() async throws -> ExpectationDraft {
    guard rendered.isEmpty, let promise else {
      return try ExpectationDraft(
        samples: zip(request, rendered).map { ($0, $1) }, promise: promise,
        settings: try await common.settings)
    }
    return try await ExpectationDraft(
      ofPromise: promise, requests: request, settings: try await common.settings,
      deadline: common.deadline)
  }
}
