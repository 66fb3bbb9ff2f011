import Application
import ArgumentParser
import Kratix
import Landing

/// `statestore remove`: removes the files of a Work.
struct RemoveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Removes what stands of a request, of Works, or of a whole Destination.",
    discussion: """
      What belongs to others stays as it is, byte for byte. Of a request all goes, or with
      --pipeline what that Pipeline's output became.
        statestore remove --config ./platform --promise postgresql --namespace default \\
          --name postgres-example
        kubectl get work NAME -o yaml | statestore remove --config ./platform --work -
        statestore remove --config ./platform --destination worker --all
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var format: FormatOptions
  @OptionGroup var options: WorkOptions
  @OptionGroup var commit: CommitOptions
  @OptionGroup var reporting: ReportingOptions

  @Flag(
    help: "Remove all placements and the canary files of --destination, as cleanup: all does.")
  var all = false

  @Flag(
    help:
      "Also remove it from directories with Kratix's layout that no Destination of the configuration has, as after spec.path of one was changed."
  )
  var everywhere = false

  @Flag(help: "Show what would change, and write nothing.")
  var dryRun = false

  func validate() throws {
    guard !everywhere || common.destination == nil else {
      throw ValidationError(
        "Give --everywhere, or the --destination that it is to be removed from, not both.")
    }
    guard all else { return }
    guard common.destination != nil else {
      throw ValidationError("--all needs the --destination that it is about.")
    }
    guard options.work == nil, options.rendered.rendered == nil, options.rendered.name == nil else {
      throw ValidationError("Give --all, or what is to be removed, not both.")
    }
  }

  func run() async throws {
    try await reporting.reporter.report(as: format.output) { result in
      let settings = try await common.settings
      let platform = try settings.loadPlatform()
      try await result.land(
        try intent(on: platform),
        steering: LandingRequest.Steering(
          removesEverywhere: everywhere, namesAreGiven: options.source.givesWorkName,
          style: try commit.style()),
        in: try settings.openStateStores(of: platform),
        options: LandingOptions(deadline: common.deadline), isDryRun: dryRun)
    }
  }

  private func intent(on platform: Platform) throws -> LandingRequest.Intent {
    if all, let destination = common.destination { return .cleanUp(destination: destination) }
    return try options.source.removal(on: platform)
  }
}
