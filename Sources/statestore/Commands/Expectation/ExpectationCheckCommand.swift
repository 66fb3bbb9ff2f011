import Application
import ArgumentParser
import Kratix
import Landing
import Manifests
import Verification

/// `statestore expectation check FILE`.
struct ExpectationCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Checks Expectations; ends with 2 at the first error.",
    discussion: """
      With the Promise in --config, it also finds fields that requests do not have.
        statestore expectation check ./expectation.yaml --config ./promise.yaml
      """)

  @OptionGroup(title: OptionTitle.common) var common: CommonOptions
  @OptionGroup var format: FormatOptions
  @Argument(help: "Files with Expectations.") var files: [String]

  func run() async throws {
    try await runReporting(as: format.output) {
      let platform = try await common.settings.loadPlatform()
      for path in files {
        let input = try Input(path)
        let file = try input.manifests()
        guard !file.objects.isEmpty else {
          throw LandingError(.invalidInput, "\(input.name): there is no Expectation in it")
        }
        for object in file.objects {
          let expectation = try Expectation(PlatformObject(object, file: input.name))
          if let promise = platform.promises[expectation.promise] {
            try expectation.check(against: promise)
          }
          let count = expectation.resourceCount
          print(
            "\(input.name): Expectation \(expectation.name) for the Promise \(expectation.promise), "
              + (count == 1 ? "1 resource" : "\(count) resources"))
        }
      }
    }
  }
}
