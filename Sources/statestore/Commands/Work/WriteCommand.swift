import Application
import ArgumentParser
import Landing

/// `statestore write`: lands what a pipeline rendered.
struct WriteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "write",
    abstract: "Commits a pipeline's output to the state stores, and reads it back.",
    discussion: """
      In the last container of a pipeline, all other settings come from KRATIX_*
      variables and the default directories:
        statestore write --config /etc/statestore

      By hand:
        statestore write --repo https://git.example.com/state.git \\
          --credentials ./secret --destination worker --rendered ./output \\
          --promise postgresql --namespace default --name postgres-example \\
          --pipeline instance-configure

      Through a service that holds the Git credentials:
        statestore write --server https://statestore.example.com \\
          --token-file ./token

      With KRATIX_WORKFLOW_ACTION=delete it removes what landed for the request.
      """)

  @OptionGroup(title: OptionTitle.common) var common: CommonOptions
  @OptionGroup var format: FormatOptions
  @OptionGroup(title: OptionTitle.rendered) var options: WorkOptions
  @OptionGroup(title: OptionTitle.service) var server: ServerOptions

  @Flag(help: "Accept an empty output, and remove what landed for the request.")
  var allowEmpty = false

  @Flag(help: "Show what would change, and write nothing.")
  var dryRun = false

  @Flag(
    help: "Move misplaced placements to where the selectors want them; Kratix never does.")
  var relocate = false

  @Flag(
    help: "Write the groups that have a Destination although others have none, then fail.")
  var allowUnscheduled = false

  @OptionGroup(title: OptionTitle.commit) var commit: CommitOptions
  @OptionGroup(title: OptionTitle.signing) var signing: SigningOptions
  @OptionGroup(title: OptionTitle.result) var reporting: ReportingOptions

  func run() async throws {
    try await reporting.reporter.report(as: format.output) { result in
      let client = try server.client(common)
      var settings = try await common.settings
      signing.apply(to: &settings)
      let platform =
        if let client {
          try await client.completed(
            try settings.configuration().platform(), for: options.source.promiseName)
        } else {
          try settings.loadPlatform()
        }
      let reading = try options.source.read(on: platform, allowEmpty: allowEmpty)
      if let suspension = reading.suspension { return result.suspend(suspension) }
      var steering = LandingRequest.Steering(
        relocates: relocate, allowsUnscheduled: allowUnscheduled, style: try commit.style())
      if let client {
        try refuseWithServer(steering)
        if dryRun { return result.show(try await client.preview(reading.intent)) }
        try await client.land(reading.intent) { result.receipts.append($0) }
        return result.succeed()
      }
      steering.namesAreGiven = options.source.givesWorkName
      try await result.land(
        reading.intent, steering: steering,
        in: try settings.openStateStores(of: platform, signs: true),
        options: LandingOptions(deadline: common.deadline), isDryRun: dryRun)
    }
  }

  /// A service lands a Work again whenever it has to, by its own rules: what one write asks for would
  /// be undone the next time.
  private func refuseWithServer(_ steering: LandingRequest.Steering) throws(LandingError) {
    guard !signing.isGiven else {
      throw LandingError(
        .invalidConfiguration,
        "with --server the service makes the commits, and signs them with the key that it has; leave "
          + "--sign and --sign-program out, or leave --server out")
    }
    guard steering == LandingRequest.Steering(), common.destination == nil else {
      throw LandingError(
        .invalidConfiguration,
        """
        --destination, --relocate, --allow-unscheduled, --message-template, --trailer and \
        --author-from apply to one write, and a service repeats writes without them; leave them \
        out, or leave --server out
        """)
    }
  }
}
