import Application
import ArgumentParser
import Verification

/// `statestore diagnose`: which link of the chain from a request to its commit is broken.
struct DiagnoseCommand: AsyncParsableCommand, DisplayCommand {
  static let configuration = CommandConfiguration(
    commandName: "diagnose",
    abstract: "Finds the first broken link between a request and its commit.",
    discussion: """
      With the evidence that you have; more evidence gives a better answer:
        statestore diagnose --config ./platform --request ./request.yaml
        statestore diagnose --config ./platform --request ./request.yaml \\
          --rendered ./output --metadata ./metadata --pipeline instance-configure
        kubectl get works,workplacements,jobs,pods -n default -o yaml > dump.yaml
        statestore diagnose --config ./platform --request ./request.yaml \\
          --dump dump.yaml

      From the cluster; --kubectl runs kubectl, and prints each command:
        statestore diagnose --cluster --promise postgresql --namespace default \\
          --name postgres-example
        statestore diagnose --request ./request.yaml --kubectl

      Exit status: 0 it landed and is right; 1 a link is broken; 2 usage or
      configuration; 3 no link is broken, but the evidence is not sufficient.
      """)

  @OptionGroup(title: OptionTitle.common) var common: CommonOptions
  @OptionGroup var format: FormatOptions
  @OptionGroup(title: OptionTitle.rendered) var options: RenderedOptions

  @Option(help: ArgumentHelp("The request.", valueName: "file"), completion: .file())
  var request: String?

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "What kubectl printed as YAML or JSON: files, directories, or - for standard input.",
      valueName: "path"), completion: .file())
  var dump: [String] = []

  @Flag(help: "Run kubectl get for evidence that is missing.")
  var kubectl = false

  func validate() throws {
    guard request != nil || options.name != nil || Environment["KRATIX_OBJECT_NAME"] != nil else {
      throw ValidationError("Which request? Give --request, or --promise, --namespace and --name.")
    }
    guard !(kubectl && common.cluster) else {
      throw ValidationError("Give --cluster, or --kubectl for those who may only run that.")
    }
  }

  func run() async throws {
    try await runReporting(as: format.output) {
      let diagnosis = Diagnosis(of: try await ProgressLine.during { try await evidence() })
      try show(diagnosis)
      if diagnosis.broken != nil { throw ExitStatus(rawValue: 1) }
      if !diagnosis.isLanded { throw ExitStatus(rawValue: 3) }
    }
  }

  private func evidence() async throws -> Evidence {
    var collector = try EvidenceCollector(
      EvidenceCollector.Sources(request: request, dumps: dump, rendered: options.source),
      settings: kubectl ? common.fileSettings : try await common.settings, deadline: common.deadline
    )
    try await collector.askCluster()
    if kubectl {
      try await collector.askByKubectl(kubeconfig: common.kubeconfig, context: common.context)
    }
    return try await collector.evidence()
  }

  private func show(_ diagnosis: Diagnosis) throws {
    switch format.output {
    case .text:
      let text = DiagnosisText(isColoured: common.usesColor, width: StandardStreams.outputWidth)
      print(text.text(of: diagnosis), terminator: "")
    case .json, .yaml: try Output.result(diagnosis, as: format.output)
    }
  }
}
