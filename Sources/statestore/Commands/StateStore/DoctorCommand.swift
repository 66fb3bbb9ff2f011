import Application
import ArgumentParser

/// `statestore doctor`: whether a first landing would work.
struct DoctorCommand: AsyncParsableCommand, DisplayCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Checks everything that a first landing needs, and says what is missing.",
    discussion: """
      Address, proxy, DNS, certificate or host key, login, rights, hooks, branch,
      clock, cache, Destinations and Promises, with a remedy for each that fails.
      A scratch reference (refs/statestore/doctor-...) is pushed and removed.
        statestore doctor --config ./platform
        statestore doctor --repo https://git.example.com/state.git \\
          --credentials ./secret

      Exit status: 0 a landing works; 1 it does not; 2 usage; 3 something could
      not be found out now.
      """)

  @OptionGroup(title: OptionTitle.common) var common: CommonOptions
  @OptionGroup var format: FormatOptions
  @OptionGroup(title: OptionTitle.signing) var signing: SigningOptions

  func run() async throws {
    try await runReporting(as: format.output) {
      var settings = try await common.settings
      signing.apply(to: &settings)
      let report = await Doctor(settings, deadline: common.deadline).report()
      switch format.output {
      case .text:
        print(DoctorText(isColored: common.usesColor).text(of: report), terminator: "")
      case .json, .yaml: try Output.result(report, as: format.output)
      }
      if report.exitStatus != 0 { throw ExitStatus(rawValue: report.exitStatus) }
    }
  }
}
