import Application
import ArgumentParser
import Landing
import Verification

/// `statestore verify`: whether what should be in the state store is there, and right.
struct VerifyCommand: AsyncParsableCommand, DisplayCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks that the state stores contain what they should.",
    discussion: """
      Every request of a cluster, with the Works that Kratix made of it:
        statestore verify --cluster
        statestore verify --cluster --context production --namespace team-a

      By what was asked for (the expectation for postgresql is built in):
        statestore verify --config ./platform --request ./request.yaml
        kubectl get postgresql -A -o yaml |
          statestore verify --config ./platform --request -

      By what the pipeline rendered, byte for byte:
        statestore verify --config ./platform --rendered ./output \\
          --promise postgresql --namespace default --name postgres-example \\
          --pipeline instance-configure

      By a receipt of an earlier write:
        statestore verify --config ./platform --receipt ./receipt.json

      By what is in a checkout, committed or not, as in a job of a pull request:
        statestore verify --config ./platform --all --work-tree .

      Everything that is there, every few minutes; only changes cost time:
        statestore verify --config ./platform --all \\
          --state /var/lib/statestore/default.state --output prometheus \\
          --output-file /var/lib/node-exporter/statestore.prom

      Exit status: 0 all is there; 1 findings; 2 usage or configuration;
      3 the check could not run: nothing is known.
      """)

  @OptionGroup(title: OptionTitle.common) var common: CommonOptions
  @OptionGroup(title: OptionTitle.rendered) var options: RenderedOptions
  @OptionGroup(title: OptionTitle.service) var server: ServerOptions
  @OptionGroup(title: OptionTitle.signing) var signers: SignerOptions

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "Requests: files, directories of them, or - for standard input.", valueName: "path"),
    completion: .file())
  var request: [String] = []

  @Option(
    help: ArgumentHelp(
      "Works as \"kubectl get work -o yaml|json\" prints them; - reads standard input.",
      valueName: "file|-"), completion: .file())
  var work: String?

  @Option(
    help: ArgumentHelp("A receipt of an earlier write.", valueName: "file"), completion: .file())
  var receipt: String?

  @Flag(help: "Check everything that is in the state store.")
  var all = false

  @Option(
    help: ArgumentHelp(
      "What to read instead of the branch, written as for git: 1a2b3c4, v1, HEAD~1.",
      valueName: "revision"))
  var ref: String?

  @Option(
    help: ArgumentHelp(
      "Check the files of a directory, committed or not, instead of a commit.",
      valueName: "directory"), completion: .directory)
  var workTree: String?

  @Option(help: "The lowest severity that ends with 1: error or warning.")
  var failOn: FailureThreshold = .error

  @Option(
    name: .long, help: ArgumentHelp("Set a severity: NAME=error|warning|off.", valueName: "rule"),
    completion: NameCompletion.severities)
  var rule: [String] = []

  @Option(
    help: ArgumentHelp("How old the last commit may be: 36h, 7d.", valueName: "duration"))
  var maxAge: DurationArgument?

  @Option(
    help: ArgumentHelp(
      "Wait at most this long until everything has landed: 5m; --timeout then limits each attempt.",
      valueName: "duration"))
  var wait: DurationArgument?

  @Option(
    help: ArgumentHelp(
      "Remember what was checked; may be deleted at any time.", valueName: "file"),
    completion: .file())
  var state: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "How results are printed: text, json, yaml, junit, sarif, github, gitlab, markdown or prometheus; FORMAT=FILE writes them to a file besides. May be repeated.",
      valueName: "format"))
  var output: [VerifyOutput] = []

  @Option(
    help: ArgumentHelp(
      "Write what would be printed to a file, atomically.", valueName: "file"), completion: .file())
  var outputFile: String?

  func validate() throws {
    guard
      options.rendered != nil || !request.isEmpty || work != nil || receipt != nil || all
        || common.cluster
    else {
      throw ValidationError(
        "Nothing says what to check: give --cluster, --request, --rendered, --work, --receipt or --all."
      )
    }
    let isOfCluster = common.cluster && request.isEmpty && work == nil && receipt == nil
    guard
      options.rendered != nil || options.name == nil && (options.namespace == nil || isOfCluster)
    else {
      throw ValidationError(
        "--namespace and --name say what --rendered is of, and --namespace which requests of --cluster"
          + " are checked; the others name it themselves, so leave them out.")
    }
    guard output.count(where: { $0.file == nil }) < 2 else {
      throw ValidationError("One format can be printed; give --output FORMAT=FILE for the others.")
    }
    guard !server.isGiven || state == nil else {
      throw ValidationError(
        "--state remembers what was read from the state store, and with --server it is the service "
          + "that reads; leave --state out.")
    }
    guard !server.isGiven || !signers.isGiven else {
      throw ValidationError(
        "With --server it is the service that judges signatures, by the signers that it has; leave "
          + "--allowed-signers, --keyring and --x509-program out.")
    }
    guard workTree == nil || ref == nil && wait == nil && state == nil && !server.isGiven else {
      throw ValidationError(
        "--work-tree reads files and no commit; leave --ref, --wait, --state and --server out.")
    }
    guard wait == nil || ref == nil else {
      throw ValidationError("--wait looks at the branch as it moves; leave --ref out.")
    }
  }

  func run() async throws {
    try await runReporting(as: printed.ofFailures) {
      var answer = try await ProgressLine.during { try await self.answer() }
      show(&answer)
      Output.failures(answer.failures)
      let status = answer.exitStatus(failingOn: failOn)
      if status != 0 { throw ExitStatus(rawValue: status) }
    }
  }

  private func answer() async throws -> VerifyAnswer {
    if let client = try server.client(common) {
      return VerifyAnswer(
        reports: try await client.verify(
          question, of: common.fileSettings, timeLimit: common.timeLimit))
    }
    var settings = try await common.settings
    signers.apply(to: &settings)
    if let workTree, settings.repository == nil, settings.manifestPaths.isEmpty,
      !common.cluster
    {
      settings.repository = workTree
    }
    let run = VerificationRun(
      question, of: settings, deadline: common.deadline, timeLimit: common.timeLimit)
    return try await run.answer()
  }

  private var question: VerificationSettings {
    var settings = VerificationSettings(rendered: options.source)
    settings.requests = request
    settings.works = work
    settings.receipt = receipt
    settings.all = all
    settings.revision = ref
    settings.workTree = workTree
    settings.rules = rule
    settings.maxAge = maxAge?.duration
    settings.showsLines = printed == .text || output.contains { $0.format == .text }
    settings.isBrief = all && printed == .text && output.allSatisfy { $0.format == .text }
    settings.wait = wait?.duration
    settings.cacheFile = state
    return settings
  }

  /// The format of what is printed, or goes to --output-file.
  private var printed: VerifyFormat { output.first { $0.file == nil }?.format ?? .text }

  /// Prints the result, also if the file that it was meant for cannot be written, and writes the others.
  private func show(_ answer: inout VerifyAnswer) {
    for output in output {
      guard let file = output.file else { continue }
      do throws(LandingError) {
        try ResultFile(path: file).write(text(of: answer, as: output.format))
      } catch {
        answer.failures.append(error)
      }
    }
    guard let outputFile else { return print(answer) }
    do throws(LandingError) {
      try ResultFile(path: outputFile).write(text(of: answer, as: printed))
    } catch {
      print(answer)
      answer.failures.append(error)
    }
  }

  private func print(_ answer: VerifyAnswer) {
    printed.write(
      answer, isColoured: common.usesColor && outputFile == nil,
      width: StandardStreams.outputWidth, isBrief: all
    ) {
      Swift.print($0, terminator: "")
    }
  }

  private func text(of answer: VerifyAnswer, as format: VerifyFormat) -> String {
    format.text(of: answer, isColoured: false, isBrief: all)
  }
}
