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
  @OptionGroup var options: WorkOptions
  @OptionGroup var server: ServerOptions

  @Flag(help: "Accept an empty output: what stood of the request is removed.")
  var allowEmpty = false

  @Flag(help: "Show what would change, and write nothing.")
  var dryRun = false

  @Option(help: ArgumentHelp("Write the receipt to a file, as JSON.", valueName: "file"))
  var receipt: String?

  @Option(
    help: ArgumentHelp(
      "Tell Kratix: merge the landing into this status file, such as /kratix/metadata/status.yaml.",
      valueName: "file"))
  var statusFile: String?

  @Option(
    help: ArgumentHelp(
      "Write the outcome in one line where Kubernetes shows it, such as /dev/termination-log.",
      valueName: "file"))
  var terminationLog: String?

  func run() async throws {
    var result = WriteResult()
    do {
      try await write(&result)
    } catch {
      result.fail(Failure(error))
    }
    do {
      try report(result)
    } catch {
      let failure = Failure(error)
      Printing.notice(failure.text)
      throw ExitStatus(rawValue: max(result.exitStatus, failure.outcome.exitStatus))
    }
    Printing.flush()
    await result.settle()
    if result.exitStatus != 0 { throw ExitStatus(rawValue: result.exitStatus) }
  }

  private func write(_ result: inout WriteResult) async throws {
    let client = try server.client(common)
    var platform = try common.loadPlatform()
    if let client {
      platform = try await client.completed(platform, for: options.promiseName)
    }
    let source = try options.source(on: platform, allowEmpty: allowEmpty)
    if let suspension = source.suspension {
      result.suspend(suspension)
      return
    }
    if let client {
      guard !dryRun else {
        throw LandingError(
          .invalidConfiguration, "--dry-run needs the state store itself, and not --server")
      }
      try await client.land(source.intent) { result.receipts.append($0) }
      result.succeed()
      return
    }
    let stores = try common.openStateStores(of: platform)
    result.stores = stores
    let landing = LandingOptions(deadline: common.deadline)
    if dryRun {
      result.previews = try await stores.preview(source.intent, options: landing)
      return
    }
    try await stores.land(source.intent, options: landing) { result.receipts.append($0) }
    result.succeed()
  }

  private func report(_ result: WriteResult) throws {
    switch common.output {
    case .text:
      print(result.text, terminator: "")
      if let failure = result.failure { Printing.notice(failure.text) }
    case .json, .yaml:
      try Printing.result(result.document, as: common.output)
    }
    if let receipt, result.failure == nil, !result.receipts.isEmpty {
      try write(try Printing.text(of: result.document, as: .json), to: receipt)
    }
    if let statusFile, result.failure == nil, !result.receipts.isEmpty {
      try write(try StatusFile(path: statusFile).merged(with: result.receipts), to: statusFile)
    }
    if let terminationLog { try write(result.summary + "\n", to: terminationLog) }
  }

  private func write(_ text: String, to path: String) throws {
    do {
      // Not atomically: /dev/termination-log is a file mounted into the container, and cannot be
      // replaced by another.
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    } catch {
      throw LandingError(
        .invalidConfiguration,
        "\(path): cannot be written: \(systemWords(for: error))")
    }
  }
}
