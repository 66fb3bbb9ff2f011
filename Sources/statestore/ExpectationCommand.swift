import ArgumentParser
import Foundation
import Kratix
import Landing
import Manifests
import Verification

/// `statestore expectation`: what must be there for requests, seen and written.
struct ExpectationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "expectation",
    abstract: "Lists, shows, checks and writes Expectations: what must be there for a request.",
    discussion: """
        statestore expectation list --config ./platform
        statestore expectation show postgresql
        statestore expectation check ./expectation.yaml
        statestore expectation from --rendered ./output --request ./request.yaml
      """,
    subcommands: [
      ListExpectations.self, ShowExpectation.self, CheckExpectation.self,
      DraftExpectation.self,
    ])
}

/// `statestore expectation list`.
struct ListExpectations: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the Expectations there are, the built-in ones included.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var format: FormatOptions

  func run() throws {
    try tellingFailures(as: format.output) {
      let all = try Expectations(try common.loadPlatform().expectations).all
      guard format.output == .text else {
        return try Printing.result(all.map(Row.init), as: format.output)
      }
      let rows =
        [["NAME", "PROMISE", "RESOURCES", "FROM"]]
        + all.map { expectation in
          [
            expectation.name, expectation.promise, String(expectation.resourceCount),
            expectation.origin,
          ]
        }
      Printing.text(Printing.table(rows))
    }
  }

  private struct Row: Encodable {
    let name: String
    let promise: String
    let resources: Int
    let from: String

    init(_ expectation: Expectation) {
      name = expectation.name
      promise = expectation.promise
      resources = expectation.resourceCount
      from = expectation.origin
    }
  }
}

/// `statestore expectation show NAME`.
struct ShowExpectation: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Prints one Expectation as YAML, to start from.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var format: FormatOptions
  @Argument(help: "The Expectation's name.") var name: String

  func run() throws {
    try tellingFailures(as: format.output) {
      let expectations = try Expectations(try common.loadPlatform().expectations)
      guard let expectation = expectations[name] else {
        let names = expectations.all.map(\.name).joined(separator: ", ")
        throw LandingError(
          .invalidConfiguration, "there is no Expectation \(name); there are \(names)")
      }
      let format = format.output == .json ? OutputFormat.json : .yaml
      print(Printing.text(of: expectation.manifest, as: format), terminator: "")
    }
  }
}

/// `statestore expectation check FILE`.
struct CheckExpectation: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Checks Expectations; ends with 2 at the first fault.",
    discussion: """
      With the Promise in --config, fields that its requests do not have are faults too.
        statestore expectation check ./expectation.yaml --config ./promise.yaml
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var format: FormatOptions
  @Argument(help: "Files with Expectations.") var files: [String]

  func run() throws {
    try tellingFailures(as: format.output) {
      let platform = try common.loadPlatform()
      for path in files {
        let input = try Input(path)
        let file = try input.manifests()
        guard !file.objects.isEmpty else {
          throw LandingError(.invalidInput, "\(input.name): there is no Expectation in it")
        }
        for object in file.objects {
          let expectation = try Expectation(PlatformObject(object, file: input.name))
          if let promise = platform.promises[expectation.promise] {
            try expectation.check(against: promise)
          }
          let count = expectation.resourceCount
          print(
            "\(input.name): Expectation \(expectation.name) for the Promise \(expectation.promise), "
              + (count == 1 ? "1 resource" : "\(count) resources"))
        }
      }
    }
  }
}

/// `statestore expectation from`.
struct DraftExpectation: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "from",
    abstract: "Writes a first Expectation from output that is known to be good.",
    discussion: """
        statestore expectation from --rendered ./output --request ./request.yaml

      With a request of each size and its output, what follows the size becomes a table:
        statestore expectation from --config ./promise.yaml \\
          --rendered ./small --request ./small.yaml --rendered ./large --request ./large.yaml
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var format: FormatOptions

  @Option(help: ArgumentHelp("What the pipeline rendered for a request.", valueName: "directory"))
  var rendered: [String]

  @Option(help: ArgumentHelp("The request that it was rendered for.", valueName: "file"))
  var request: [String]

  @Option(help: "The Promise's name, where it is not in --config.")
  var promise: String?

  func validate() throws {
    guard rendered.count == request.count, !rendered.isEmpty else {
      throw ValidationError("Give a --request for each --rendered.")
    }
  }

  func run() throws {
    try tellingFailures(as: format.output) {
      let platform = try common.loadPlatform()
      let requests = try request.map(Input.request)
      let known = requests.first.flatMap { platform.promise(of: $0) }
      let samples = try zip(requests, rendered).map { request, directory in
        ExpectationDraft.Sample(
          request: known.map { request.defaulted(by: $0) } ?? request,
          objects: try Self.objects(in: directory))
      }
      let name = promise ?? known?.name ?? requests.first?.identity.kind.lowercased() ?? ""
      let schema = requests.first.flatMap { known?.schema(version: $0.identity.version) }
      let draft = ExpectationDraft(samples: samples, promise: name, schema: schema)
      print(draft.text, terminator: "")
    }
  }

  private static func objects(in directory: String) throws -> [ManifestObject] {
    let output = try PipelineOutput(directory: directory)
    let manifests = output.workloads.filter { workload in
      [".yaml", ".yml", ".json"].contains { workload.filepath.ends(with: $0) }
    }
    let objects = try manifests.flatMap { workload in
      let name = "\(directory)/\(workload.filepath)"
      return try ManifestFile(parsing: workload.content, name: name).objects
    }
    guard !objects.isEmpty else {
      throw LandingError(.invalidInput, "\(directory): there is no manifest in it")
    }
    return objects
  }
}

extension Expectation {
  fileprivate var origin: String { isBuiltIn ? "the program" : file }
}
