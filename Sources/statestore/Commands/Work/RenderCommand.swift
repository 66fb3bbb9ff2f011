import Application
import ArgumentParser
import Foundation
import Kratix
import Landing

/// `statestore render`: runs a pipeline on this machine.
struct RenderCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "render",
    abstract: "Runs a Promise's pipeline locally, and shows what would land and what is wrong.",
    discussion: """
      With podman or docker, container by container:
        statestore render --config ./platform --request ./request.yaml

      Without a container engine, a command in the place of each container:
        statestore render --config ./platform --request ./request.yaml \\
          --command 'render=./pipeline/render'

      The workflow of the Promise itself:
        statestore render --config ./platform --promise postgresql

      Nothing is written to the state stores, and without --diff none is contacted.
      The containers have 10 minutes; --timeout changes that.

      Exit status: 0 nothing is wrong; 1 a container failed, the output is empty
      or cannot land, or findings; 2 usage or configuration; 3 could not be done now.
      """)

  @OptionGroup(title: OptionTitle.common) var common: CommonOptions
  @OptionGroup var format: FormatOptions

  @Option(
    help: ArgumentHelp("The request; without it, the Promise's own workflow.", valueName: "file|-"),
    completion: .file())
  var request: String?

  @Option(
    help: "The Promise, if it is not the one whose API the request is of.",
    completion: NameCompletion.promises)
  var promise: String?

  @Option(
    help: "The only Pipeline to run. (default: all of the workflow)",
    completion: NameCompletion.pipelines)
  var pipeline: String?

  @Option(help: "The action of the workflow: configure or delete.")
  var workflowAction = WorkflowContext.Action.configure

  @Option(
    help: ArgumentHelp(
      "Run a shell command in the place of a container: CONTAINER=COMMAND, or COMMAND if there is only one. It has the container's variables and args, and /kratix where the system allows it. May be repeated.",
      valueName: "command"))
  var command: [String] = []

  @Option(
    help: ArgumentHelp(
      "The container engine. (default: podman or docker, the first that is installed)",
      valueName: "program"))
  var engine: String?

  @Option(
    help: ArgumentHelp(
      "Pass a variable of this environment to the containers, such as one that a Secret has in the cluster. Its value is not printed. May be repeated.",
      valueName: "name"))
  var env: [String] = []

  @Option(
    help: ArgumentHelp(
      "Keep input, output and metadata of each Pipeline in a directory.", valueName: "directory"),
    completion: .directory)
  var keep: String?

  @Flag(help: "Read the state stores, and show what would change there.")
  var diff = false

  @Flag(help: "Accept a pipeline that writes nothing.")
  var allowEmpty = false

  @Option(help: "The lowest severity of a finding that ends with 1: error or warning.")
  var failOn: FailureThreshold = .error

  func validate() throws {
    guard request != nil || promise != nil else {
      throw ValidationError("Give --request, or --promise for the workflow of the Promise itself.")
    }
  }

  func run() async throws {
    try await runReporting(as: format.output, failingWith: \.writeStatus) {
      let run = RenderRun(settings, of: try await common.settings) { line in
        if common.verbose > 0 { Output.notice(line) }
      }
      let result = try await run.result()
      switch format.output {
      case .text: print(result.text(isColoured: common.usesColor), terminator: "")
      case .json, .yaml:
        print(Output.text(of: try result.document(), as: format.output), terminator: "")
      }
      Output.flush()
      for message in result.messages { Output.notice(message) }
      let status = result.exitStatus(failingOn: failOn)
      if status != 0 { throw ExitStatus(rawValue: status) }
    }
  }

  private var settings: RenderSettings {
    var settings = RenderSettings(
      environment: ProcessInfo.processInfo.environment,
      deadline: Program.start + common.timeLimit(default: .seconds(600)))
    settings.request = request
    settings.promise = promise
    settings.pipeline = pipeline
    settings.action = workflowAction
    settings.commands = command
    settings.engine = engine
    settings.passedVariables = env
    settings.directory = keep
    settings.allowsEmpty = allowEmpty
    settings.showsDifference = diff
    return settings
  }
}
