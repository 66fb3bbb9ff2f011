import ArgumentParser
import Foundation
import Git
import Kratix
import Landing
import Verification

/// `statestore verify`: whether what should be in the state store is there, and right.
struct Verify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks what is in the state store against what should be there.",
    discussion: """
      By what was asked for (the expectation for postgresql is built in):
        statestore verify --config ./platform --request ./request.yaml
        kubectl get postgresql -A -o yaml | statestore verify --config ./platform --request -

      By what the pipeline rendered, byte for byte:
        statestore verify --config ./platform --rendered ./output --promise postgresql \\
          --namespace default --name postgres-example --pipeline instance-configure

      By a receipt of an earlier write:
        statestore verify --config ./platform --receipt ./receipt.json

      Everything that stands there, every few minutes, at the cost of what has changed:
        statestore verify --config ./platform --all --state /var/lib/statestore/default.state \\
          --output prometheus --output-file /var/lib/node-exporter/statestore.prom

      Exit status: 0 all is there; 1 findings; 2 usage or configuration; 3 could not check.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var options: RenderedOptions
  @OptionGroup var server: ServerOptions

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "Requests: files, directories of them, or - for standard input.", valueName: "path"))
  var request: [String] = []

  @Option(
    help: ArgumentHelp(
      "Works as \"kubectl get work -o yaml|json\" prints them; - reads standard input.",
      valueName: "file|-"))
  var work: String?

  @Option(help: ArgumentHelp("A receipt that write left.", valueName: "file"))
  var receipt: String?

  @Flag(help: "Check everything that stands in the state store, asked for or not.")
  var all = false

  @Option(
    help: ArgumentHelp(
      "The commit, branch or reference to read, instead of the branch.", valueName: "revision"))
  var ref: String?

  @Option(help: "The findings that end with 1: error or warning.")
  var failOn: FailureThreshold = .error

  @Option(
    name: .long, help: ArgumentHelp("Sets a severity: NAME=error|warning|off.", valueName: "rule"))
  var rule: [String] = []

  @Option(
    help: ArgumentHelp("How old the last commit may be: 36h, 7d.", valueName: "duration"))
  var maxAge: DurationArgument?

  @Option(
    help: ArgumentHelp(
      "Wait until all has landed, but no longer: 5m; --timeout is for each look then.",
      valueName: "duration"))
  var wait: DurationArgument?

  @Option(
    help: ArgumentHelp(
      "Remember what was checked; may be deleted at any time.", valueName: "file"))
  var state: String?

  @Option(
    name: .shortAndLong,
    help: "How results are printed: text, json, yaml, junit, sarif, github or prometheus.")
  var output: VerifyFormat = .text

  @Option(
    help: ArgumentHelp(
      "Write the result to a file, whole or not at all, instead of printing it.", valueName: "file"
    ))
  var outputFile: String?

  func validate() throws {
    guard options.rendered != nil || !request.isEmpty || work != nil || receipt != nil || all else {
      throw ValidationError(
        "What should be there? Give --request, --rendered, --work, --receipt or --all.")
    }
    guard !server.isGiven || state == nil else {
      throw ValidationError(
        "--state remembers what was read from the state store, and with --server it is the service "
          + "that reads; leave --state out.")
    }
    guard wait == nil || ref == nil else {
      throw ValidationError("--wait looks at the branch as it moves; leave --ref out.")
    }
  }

  func run() async throws {
    var answer: VerifyAnswer
    do {
      answer = try await check()
    } catch {
      try Printing.end(with: error, as: output.ofFailures)
    }
    show(&answer)
    for failure in answer.failures { Printing.notice(failure.text) }
    let status = answer.exitStatus(failingOn: failOn)
    if status != 0 { throw ExitStatus(rawValue: status) }
  }

  private func check() async throws -> VerifyAnswer {
    if let client = try server.client(common) {
      return VerifyAnswer(reports: try await check(through: client))
    }
    let configuration = try Configuration(common)
    let platform = try common.platform(of: configuration)
    let names = try platform.usedStateStores().map(\.name)
    guard !names.isEmpty else {
      throw LandingError(
        .invalidConfiguration,
        "there is no state store; give --repo, or GitStateStore and Destination in --config")
    }
    let stores = try common.openStateStores(of: platform)
    let sources = try VerificationSources(self, platform: platform)
    try sources.require(in: try names.map { try stores.store($0).0.description })
    let memories = try state.map { path in
      MemoryFile(
        path: path,
        questions: try names.map {
          try digest(of: sources, configuration, to: stores.store($0).0)
        })
    }
    try memories?.check()
    let session = VerifySession(
      parts: try await parts(names, of: stores, sources, memories), isBrief: output == .text && all,
      requests: sources.requests, promise: options.promise, platform: platform)
    if let wait { return try await session.wait(wait.duration, timeout: common.timeLimit) }
    return try await session.answer(at: ref, deadline: common.deadline)
  }

  /// The question to each state store.
  private func parts(
    _ names: [String], of stores: StateStores, _ sources: VerificationSources,
    _ memories: MemoryFile?
  ) async throws -> [VerifySession.Part] {
    var parts: [VerifySession.Part] = []
    for (index, name) in names.enumerated() {
      let (store, description) = try stores.store(name)
      var verifier = try Verifier(platform: stores.platform, stateStore: description)
      verifier.settings = try RuleSettings(parsing: rule)
      verifier.isOneOfAll = names.count > 1
      var check = try sources.check(with: verifier, of: store.description)
      check.standingElsewhere = try await stores.standing(
        of: sources.works, outside: name, deadline: common.deadline)
      check.isOfAll = all
      check.promise = options.promise
      check.freshness = maxAge.map { Report.Freshness(now: Date(), seconds: $0.duration.seconds) }
      parts.append(
        VerifySession.Part(check: check, store: store, memory: memories?.memory(at: index)))
    }
    return parts
  }

  /// Everything that the findings depend on besides what the state store holds.
  private func digest(
    of sources: VerificationSources, _ configuration: Configuration, to store: StateStore
  ) throws -> ObjectID {
    var question = Question()
    question.add(ofProgram: Statestore.version)
    question.add([all.description, ref ?? "", options.promise ?? ""] + rule)
    question.add(["\(maxAge.map { "\($0.duration)" } ?? "")", common.destination ?? ""])
    question.add([store.description.name, store.description.url, store.description.branch])
    for input in configuration.inputs { question.add(input.bytes) }
    for bytes in sources.files { question.add(bytes) }
    return try question.digest
  }

  /// Prints the result, also where the file that it was meant for cannot be written.
  private func show(_ answer: inout VerifyAnswer) {
    func show() {
      output.write(
        answer.reports, isColoured: common.usesColor && outputFile == nil, isBrief: all
      ) { print($0, terminator: "") }
    }
    guard let outputFile else { return show() }
    do throws(LandingError) {
      try ResultFile(path: outputFile)
        .write(output.text(of: answer.reports, isColoured: false, isBrief: all))
    } catch {
      show()
      answer.failures.append(Failure(error))
    }
  }
}

/// From which severity on findings end a command with 1.
enum FailureThreshold: String, CaseIterable, ExpressibleByArgument {
  case error
  case warning

  func includes(_ severity: Severity) -> Bool { self == .warning || severity == .error }
}
