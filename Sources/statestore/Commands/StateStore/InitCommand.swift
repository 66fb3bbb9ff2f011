import Application
import ArgumentParser
import Landing

/// `statestore init`: makes a state repository.
struct InitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Creates a state repository, its branch, and the canary files of its Destinations.",
    discussion: """
      A path that does not exist, or an empty directory, becomes a bare repository.
      On an existing remote, also an empty one, the branch is created if it is
      missing.
        statestore init --repo ./state.git --destination worker
        statestore init --config ./platform
      """)

  @OptionGroup(title: OptionTitle.common) var common: CommonOptions
  @OptionGroup var format: FormatOptions
  @OptionGroup(title: OptionTitle.signing) var signing: SigningOptions

  func run() async throws {
    try await WriteReporter().report(as: format.output) { result in
      var settings = try await common.settings
      signing.apply(to: &settings)
      let platform = try settings.loadPlatform()
      let stores = try settings.openStateStores(of: platform, signs: true)
      let made = try NewRepositories(for: platform)
      do {
        try await stores.landCanaries(
          options: LandingOptions(deadline: common.deadline, createsBranch: true)
        ) { result.receipts.append($0) }
      } catch {
        made.removeUnused()
        throw error
      }
      result.succeed()
    }
  }
}
