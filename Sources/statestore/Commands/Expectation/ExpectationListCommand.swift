import Application
import ArgumentParser
import Kratix
import Verification

/// `statestore expectation list`.
struct ExpectationListCommand: AsyncParsableCommand, DisplayCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the built-in Expectations and those of --config.",
    discussion: """
        statestore expectation list --config ./platform
      """)

  @OptionGroup(title: OptionTitle.common) var common: CommonOptions
  @OptionGroup var format: FormatOptions

  func run() async throws {
    try await runReporting(as: format.output) {
      let all = try Expectations(try await common.settings.loadPlatform().expectations).all
      guard format.output == .text else {
        return try Output.result(all.map(Row.init), as: format.output)
      }
      let rows =
        [["NAME", "PROMISE", "RESOURCES", "FROM"]]
        + all.map { expectation in
          [
            expectation.name, expectation.promise, String(expectation.resourceCount),
            expectation.origin,
          ]
        }
      Output.text(TextTable.text(of: rows))
    }
  }

  private struct Row: Encodable {
    let name: String
    let promise: String
    let resources: Int
    let from: String

    init(_ expectation: Expectation) {
      name = expectation.name
      promise = expectation.promise
      resources = expectation.resourceCount
      from = expectation.origin
    }
  }
}

extension Expectation {
  fileprivate var origin: String { isBuiltIn ? "the program" : file }
}
