import Application
import ArgumentParser
import Kratix
import Landing

/// `statestore remove`: removes the files of a Work.
struct RemoveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Removes the files of a request, of Works, or of a whole Destination.",
    discussion: """
      Files of others stay as they are. With --pipeline, only the files of that
      Pipeline are removed.
        statestore remove --config ./platform --promise postgresql \\
          --namespace default --name postgres-example
        kubectl get work NAME -o yaml |
          statestore remove --config ./platform --work -
        statestore remove --config ./platform --destination worker --all
      """)

  @OptionGroup(title: OptionTitle.common) var common: CommonOptions
  @OptionGroup var format: FormatOptions
  @OptionGroup(title: OptionTitle.rendered) var options: WorkOptions
  @OptionGroup(title: OptionTitle.commit) var commit: CommitOptions
  @OptionGroup(title: OptionTitle.signing) var signing: SigningOptions
  @OptionGroup(title: OptionTitle.result) var reporting: ReportingOptions

  @Flag(
    help: "Remove all placements and the canary files of --destination, as cleanup: all does.")
  var all = false

  @Flag(
    help:
      "Also remove it from directories with Kratix's layout that belong to no Destination, for example after spec.path was changed."
  )
  var everywhere = false

  @Flag(help: "Show what would change, and write nothing.")
  var dryRun = false

  func validate() throws {
    guard !everywhere || common.destination == nil else {
      throw ValidationError(
        "Give either --everywhere or --destination.")
    }
    guard all else { return }
    guard common.destination != nil else {
      throw ValidationError("--all needs --destination.")
    }
    guard options.work == nil, options.rendered.rendered == nil, options.rendered.name == nil else {
      throw ValidationError("Give either --all, or a request or Works.")
    }
  }

  func run() async throws {
    try await reporting.reporter.report(as: format.output) { result in
      var settings = try await common.settings
      signing.apply(to: &settings)
      let platform = try settings.loadPlatform()
      try await result.land(
        try intent(on: platform),
        steering: LandingRequest.Steering(
          removesEverywhere: everywhere, namesAreGiven: options.source.givesWorkName,
          style: try commit.style()),
        in: try settings.openStateStores(of: platform, signs: true),
        options: LandingOptions(deadline: common.deadline), isDryRun: dryRun)
    }
  }

  private func intent(on platform: Platform) throws -> LandingRequest.Intent {
    if all, let destination = common.destination { return .cleanUp(destination: destination) }
    if let destination = common.destination, options.work == nil, options.source.promiseName == nil
    {
      throw LandingError(
        .invalidConfiguration,
        "--promise and --name are missing; give them, or --all to remove everything of \(destination)",
        corrections: [.flag("--promise", "PROMISE"), .flag("--name", "NAME")]
      )
    }
    return try options.source.removal(on: platform)
  }
}
