import ArgumentParser
import Foundation
package import Kratix
import Landing
import Manifests

extension WorkflowContext.WorkflowType: ExpressibleByArgument {}
extension WorkflowContext.Action: ExpressibleByArgument {}

/// What a pipeline rendered, and what for: flags, or the `KRATIX_*` variables of its container.
struct RenderedOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What the pipeline rendered. (default: /kratix/output)", valueName: "directory"))
  var rendered: String?

  @Option(help: ArgumentHelp("Its metadata. (default: /kratix/metadata)", valueName: "directory"))
  var metadata: String?

  @Option(
    help: ArgumentHelp(
      "The Promise's selectors as Kratix mounts them; where there are none, its manifest's. (default: \(PromiseScheduling.standardPath))",
      valueName: "file"))
  var promiseScheduling: String?

  @Option(help: "The Promise's name (also KRATIX_PROMISE_NAME).")
  var promise: String?

  @Option(help: "The request's namespace (also KRATIX_OBJECT_NAMESPACE).")
  var namespace: String?

  @Option(help: "The request's name (also KRATIX_OBJECT_NAME).")
  var name: String?

  @Option(help: "The Pipeline's name (also KRATIX_PIPELINE_NAME).")
  var pipeline: String?

  @Option(
    help: ArgumentHelp(
      "The Work's name, where the state store has the files of several that it may be.",
      valueName: "name"))
  var workName: String?

  @Option(help: "What the workflow serves (also KRATIX_WORKFLOW_TYPE): promise or resource.")
  var workflowType: WorkflowContext.WorkflowType?

  @Option(help: "configure or delete (also KRATIX_WORKFLOW_ACTION).")
  var workflowAction: WorkflowContext.Action?

  /// Which workflow it is.
  ///
  /// - Throws: `LandingError` with `invalid-configuration` that names the flag and the variable.
  func context() throws -> WorkflowContext {
    let type = try workflowType ?? Self.value("KRATIX_WORKFLOW_TYPE") ?? .resource
    let action = try action()
    let promise = try Self.require(promise, "--promise", "KRATIX_PROMISE_NAME")
    let pipeline =
      action == .delete && !namesPipeline
      ? "" : try Self.require(pipeline, "--pipeline", "KRATIX_PIPELINE_NAME")
    guard type == .resource else {
      return WorkflowContext(
        type: .promise, action: action, promise: promise, pipeline: pipeline, namespace: "",
        name: "")
    }
    return WorkflowContext(
      type: .resource, action: action, promise: promise, pipeline: pipeline,
      namespace: try Self.require(
        namespace ?? Environment["KRATIX_OBJECT_NAMESPACE"] ?? "default", "--namespace",
        "KRATIX_OBJECT_NAMESPACE"),
      name: try Self.require(name, "--name", "KRATIX_OBJECT_NAME"),
      isDryRun: Environment["KRATIX_DRY_RUN"] == "true")
  }

  /// Whether it is about one Pipeline's output alone.
  ///
  /// A delete workflow's container has the name of the Pipeline that runs in it, which has written
  /// nothing; so only the flag says it.
  var namesPipeline: Bool { pipeline != nil }

  /// Whether something is to be there or to go.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`.
  func action() throws -> WorkflowContext.Action {
    try workflowAction ?? Self.value("KRATIX_WORKFLOW_ACTION") ?? .configure
  }

  /// Which workflow it is, where one request may say what the flags do not.
  func context(
    for requests: [ResourceRequest], on platform: Platform
  ) throws -> WorkflowContext {
    guard let request = requests.first, requests.count == 1 else { return try context() }
    var options = self
    let known = platform.promise(of: request)
    options.promise = promise ?? known?.name ?? request.identity.kind.lowercased()
    options.namespace = namespace ?? request.namespace
    options.name = name ?? request.name
    options.pipeline =
      pipeline ?? (known?.resourcePipelines.count == 1 ? known?.resourcePipelines.first : nil)
    return try options.context()
  }

  /// What the pipeline's metadata says.
  func pipelineMetadata() throws -> PipelineMetadata {
    try PipelineMetadata(directory: metadata ?? "/kratix/metadata")
  }

  /// The Work that Kratix would make of the output.
  ///
  /// - Throws: `LandingError`, `KratixError` or `ManifestError`; `empty-output` unless that is
  ///   allowed.
  func work(
    for context: WorkflowContext, metadata: PipelineMetadata, on platform: Platform,
    allowEmpty: Bool = false
  ) throws -> Work {
    let promise = platform.promises[context.promise]
    if context.action == .delete {
      // What a delete workflow renders is not written anywhere; Kratix does not look at it.
      return try Work(
        output: PipelineOutput(workloads: []), context: context, selectors: [],
        scheduling: PromiseScheduling(), pipelineNamespace: promise?.pipelineNamespace,
        name: try checkedWorkName)
    }
    let output = try PipelineOutput(directory: directory)
    guard allowEmpty || !output.workloads.isEmpty else {
      throw LandingError(
        .emptyOutput,
        """
        \(directory) holds no file, so there is nothing to land and the state store was left as \
        it is; look at the pipeline's containers, or give write --allow-empty to remove what \
        stands of it
        """)
    }
    let mounted = try mountedScheduling()
    guard mounted != nil || promise != nil || platform.destinations.count == 1 else {
      throw LandingError(
        .invalidConfiguration,
        """
        the Promise \(context.promise) is not in the configuration, so it is not known which \
        Destinations it chooses; add its manifest to --config, or name a --destination
        """)
    }
    return try Work(
      output: output, context: context, selectors: metadata.selectors,
      scheduling: mounted ?? PromiseScheduling(promise: promise?.destinationSelectors ?? []),
      pipelineNamespace: promise?.pipelineNamespace, name: try checkedWorkName)
  }

  private var checkedWorkName: String? {
    get throws { try workName.map { try Self.require($0, "--work-name", "--work-name") } }
  }

  /// What Kratix mounted of the Promise's selectors, where it did or where a file is named.
  private func mountedScheduling() throws -> PromiseScheduling? {
    if let promiseScheduling { return try PromiseScheduling(file: promiseScheduling) }
    guard FileManager.default.fileExists(atPath: PromiseScheduling.standardPath) else { return nil }
    return try PromiseScheduling(file: PromiseScheduling.standardPath)
  }

  private var directory: String { rendered ?? "/kratix/output" }

  private static func value<Value: RawRepresentable & CaseIterable>(
    _ variable: String
  ) throws -> Value? where Value.RawValue == String {
    guard let text = Environment[variable] else { return nil }
    guard let value = Value(rawValue: text) else {
      let choices = Value.allCases.map(\.rawValue).joined(separator: " or ")
      throw LandingError(.invalidConfiguration, "\(variable) is \(text); it must be \(choices)")
    }
    return value
  }

  private static func require(
    _ flag: String?, _ name: String, _ variable: String
  ) throws -> String {
    guard let value = flag ?? Environment[variable], !value.isEmpty else {
      throw LandingError(
        .invalidConfiguration, "\(name) is missing; give it, or set \(variable) as Kratix does")
    }
    guard !value.includes("/"), value != ".", value != ".." else {
      throw LandingError(
        .unsafePath, "\(name) is \(value), which cannot be a directory's name; nothing was written")
    }
    try checkName(value, name)
    return value
  }

  /// Refuses what no object in Kubernetes could be called.
  static func checkName(_ value: String, _ name: String) throws(LandingError) {
    guard Shape.objectName.read(Node(.string(value))) == nil else { return }
    throw LandingError(
      .invalidConfiguration, "\(name) is \"\(value)\"; it must be \(Shape.objectName.name)")
  }
}
