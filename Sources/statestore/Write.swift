import ArgumentParser
import Foundation
import Kratix
import Landing

/// `statestore write`: lands what a pipeline rendered.
struct Write: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "write",
    abstract: "Lands a pipeline's output in the state stores and reads it back.",
    discussion: """
      In the last container of a pipeline, KRATIX_* and the default directories say everything:
        statestore write --config /etc/statestore

      By hand:
        statestore write --repo https://git.example.com/state.git --credentials ./secret \\
          --destination worker --rendered ./output --promise postgresql \\
          --namespace default --name postgres-example --pipeline instance-configure

      Through a service that holds the Git credentials:
        statestore write --server https://statestore.example.com --token-file ./token

      With KRATIX_WORKFLOW_ACTION=delete what stands of the request is removed.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var format: FormatOptions
  @OptionGroup var options: WorkOptions
  @OptionGroup var server: ServerOptions

  @Flag(help: "Accept an empty output: what stood of the request is removed.")
  var allowEmpty = false

  @Flag(help: "Show what would change, and write nothing.")
  var dryRun = false

  @Flag(
    help: "Move what is misplaced to where the selectors want it, which Kratix never does.")
  var relocate = false

  @Flag(
    help: "Land the groups that have a Destination when others have none, and then fail.")
  var allowUnscheduled = false

  @OptionGroup var commit: CommitOptions
  @OptionGroup var reporting: ReportingOptions

  func run() async throws {
    try await reporting.report(as: format.output) { result in
      let client = try server.client(common)
      let platform =
        if let client {
          try await client.completed(
            try Configuration(common).platform(), for: options.promiseName)
        } else {
          try common.loadPlatform()
        }
      let source = try options.source(on: platform, allowEmpty: allowEmpty)
      if let suspension = source.suspension { return result.suspend(suspension) }
      var steering = LandingRequest.Steering(
        relocates: relocate, allowsUnscheduled: allowUnscheduled, style: try commit.style())
      if let client {
        try refuseWithServer(steering)
        if dryRun { return result.show(try await client.preview(source.intent)) }
        try await client.land(source.intent) { result.receipts.append($0) }
        return result.succeed()
      }
      steering.namesAreGiven = options.namesAreGiven
      try await result.land(
        source.intent, steering: steering, in: try common.openStateStores(of: platform),
        options: LandingOptions(deadline: common.deadline), isDryRun: dryRun)
    }
  }

  /// A service lands for everybody alike, again and again: what one writer says once it would undo
  /// at its next turn.
  private func refuseWithServer(_ steering: LandingRequest.Steering) throws(LandingError) {
    guard steering == LandingRequest.Steering(), common.destination == nil else {
      throw LandingError(
        .invalidConfiguration,
        """
        --destination, --relocate, --allow-unscheduled, --message-template, --trailer and \
        --author-from hold for one write, and a service lands again whenever it has to, without \
        them; leave them out, or leave --server out
        """)
    }
  }
}
