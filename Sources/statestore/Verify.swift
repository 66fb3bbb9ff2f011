import ArgumentParser
import Foundation
import Kratix
import Landing
import Manifests
import Verification

/// `statestore verify`: whether what should be in the state store is there, and right.
struct Verify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks what is in the state store against what should be there.",
    discussion: """
      By what was asked for (the expectation for postgresql is built in):
        statestore verify --config ./platform --request ./request.yaml

      By what the pipeline rendered, byte for byte:
        statestore verify --config ./platform --rendered ./output --promise postgresql \\
          --namespace default --name postgres-example --pipeline instance-configure

      By a receipt of an earlier write:
        statestore verify --config ./platform --receipt ./receipt.json

      Exit status: 0 all is there; 1 findings; 2 usage or configuration; 3 could not check.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var options: RenderedOptions
  @OptionGroup var server: ServerOptions

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("Requests: files, or directories of them.", valueName: "path"))
  var request: [String] = []

  @Option(help: ArgumentHelp("A receipt that write left.", valueName: "file"))
  var receipt: String?

  @Option(
    help: ArgumentHelp(
      "The commit, branch or reference to read, instead of the branch.", valueName: "revision"))
  var ref: String?

  @Option(help: "The findings that end with 1: error or warning.")
  var failOn: FailureThreshold = .error

  @Option(
    name: .long, help: ArgumentHelp("Sets a severity: NAME=error|warning|off.", valueName: "rule"))
  var rule: [String] = []

  func validate() throws {
    guard options.rendered != nil || !request.isEmpty || receipt != nil else {
      throw ValidationError("What should be there? Give --request, --rendered or --receipt.")
    }
  }

  func run() async throws {
    let report: Report
    do {
      report = try await check()
      try show(report)
    } catch {
      let failure = Failure(error)
      try Printing.failure(failure, as: common.output)
      throw ExitStatus(rawValue: failure.checkExitStatus)
    }
    if let worst = report.worstSeverity, failOn.includes(worst) { throw ExitStatus(rawValue: 1) }
    // What could not be judged is no success.
    if report.summary.unknown > 0 { throw ExitStatus(rawValue: 3) }
  }

  private func check() async throws -> Report {
    if let client = try server.client(common) { return try await check(through: client) }
    let platform = try common.loadPlatform()
    let name = try soleStateStore(of: platform)
    let (store, description) = try common.openStateStores(of: platform).store(name)
    let verifier = try Verifier(
      platform: platform, stateStore: description, settings: RuleSettings(parsing: rule))
    let sources = try VerificationSources(self, platform: platform)
    let deadline = common.deadline
    let read: @Sendable (Snapshot) throws -> Report = { snapshot in
      Report(
        stateStore: store.description, snapshot: snapshot,
        resources: Report.merged(try sources.check(with: verifier, in: snapshot)))
    }
    let report = try await store.read(
      try await store.commit(of: ref, deadline: deadline), deadline: deadline, read)
    guard report.worstSeverity == .error else { return report }
    do {
      return try await report.withHistory(from: store, deadline: deadline)
    } catch {
      // The findings stand without it; who brought them is only not known.
      Printing.notice("history could not be read: \(Failure(error).text)")
      return report
    }
  }

  private func soleStateStore(of platform: Platform) throws -> String {
    let names = try platform.usedStateStores().map(\.name)
    if let name = names.first, names.count == 1 { return name }
    throw LandingError(
      .invalidConfiguration,
      names.isEmpty
        ? "there is no state store; give --repo, or GitStateStore and Destination in --config"
        : "Destinations of \(names.joined(separator: ", ")); choose one with --destination"
    )
  }

  private func show(_ report: Report) throws {
    switch common.output {
    case .text: print(TextReport(isColoured: common.usesColor).text(of: report), terminator: "")
    case .json, .yaml: print(Printing.text(of: report.node, as: common.output), terminator: "")
    }
  }
}

/// From which severity on findings end a command with 1.
enum FailureThreshold: String, CaseIterable, ExpressibleByArgument {
  case error
  case warning

  func includes(_ severity: Severity) -> Bool { self == .warning || severity == .error }
}
