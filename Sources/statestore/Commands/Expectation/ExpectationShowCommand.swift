import Application
import ArgumentParser
import Kratix
import Landing
import Verification

/// `statestore expectation show NAME`.
struct ExpectationShowCommand: AsyncParsableCommand, DisplayCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Prints one Expectation as YAML, to start from.",
    discussion: """
        statestore expectation show postgresql > expectation.yaml
      """)

  @OptionGroup(title: OptionTitle.common) var common: CommonOptions
  @OptionGroup var format: FormatOptions
  @Argument(help: "The Expectation's name.", completion: NameCompletion.expectations)
  var name: String

  func run() async throws {
    try await runReporting(as: format.output) {
      let expectations = try Expectations(try await common.settings.loadPlatform().expectations)
      guard let expectation = expectations[name] else {
        let names = expectations.all.map(\.name).joined(separator: ", ")
        throw LandingError(
          .invalidConfiguration, "there is no Expectation \(name); there are \(names)")
      }
      let format = format.output == .json ? OutputFormat.json : .yaml
      print(Output.text(of: expectation.manifest, as: format), terminator: "")
    }
  }
}
