import Foundation
package import Kratix
import Landing
import Manifests
import Support

/// What a pipeline rendered, and for which workflow: flags, or the `KRATIX_*` variables of its
/// container.
package struct RenderedSource: Sendable {
  /// The directory that the pipeline rendered into.
  package var output: String?
  /// The directory of the pipeline's metadata.
  package var metadata: String?
  /// The file with the Promise's selectors, as Kratix mounts it.
  package var promiseScheduling: String?
  package var promise: String?
  package var namespace: String?
  package var name: String?
  package var pipeline: String?
  package var workName: String?
  package var workflowType: WorkflowContext.WorkflowType?
  package var workflowAction: WorkflowContext.Action?

  package init() {}

  /// The directory into which Kratix mounts a pipeline's metadata.
  static let standardMetadata = "/kratix/metadata"

  /// Which workflow it is.
  ///
  /// - Throws: `LandingError` with `invalid-configuration` that names the flag and the variable.
  func context() throws -> WorkflowContext {
    let type = try workflowType ?? Self.value("KRATIX_WORKFLOW_TYPE") ?? .resource
    let action = try action()
    let needsPipeline = action == .configure || namesPipeline
    var needed = [NeededValue(promise, "--promise", "KRATIX_PROMISE_NAME")]
    if type == .resource { needed.append(NeededValue(name, "--name", "KRATIX_OBJECT_NAME")) }
    if needsPipeline { needed.append(NeededValue(pipeline, "--pipeline", "KRATIX_PIPELINE_NAME")) }
    try NeededValue.requireAll(needed)
    let promise = try Self.require(promise, "--promise", "KRATIX_PROMISE_NAME")
    let pipeline =
      needsPipeline ? try Self.require(pipeline, "--pipeline", "KRATIX_PIPELINE_NAME") : ""
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

  /// Whether only the output of one Pipeline is concerned.
  ///
  /// Only the flag says so: in the container of a delete workflow KRATIX_PIPELINE_NAME is the delete
  /// Pipeline, which has written nothing.
  var namesPipeline: Bool { pipeline != nil }

  /// Whether the workflow configures or deletes.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`.
  func action() throws -> WorkflowContext.Action {
    try workflowAction ?? Self.value("KRATIX_WORKFLOW_ACTION") ?? .configure
  }

  /// Which workflow it is; a single request supplies what the flags leave out.
  func context(
    for requests: [ResourceRequest], on platform: Platform
  ) throws -> WorkflowContext {
    guard let request = requests.first, requests.count == 1 else { return try context() }
    var source = self
    let known = platform.promise(of: request)
    source.promise = promise ?? known?.name ?? request.identity.kind.lowercased()
    source.namespace = namespace ?? request.namespace
    source.name = name ?? request.name
    source.pipeline = pipeline ?? known?.onlyResourcePipeline
    return try source.context()
  }

  /// The pipeline's metadata.
  func pipelineMetadata() throws -> PipelineMetadata {
    try PipelineMetadata(directory: metadata ?? Self.standardMetadata)
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
      // Kratix ignores the output of a delete workflow.
      return try Work(
        output: PipelineOutput(workloads: []), context: context, selectors: [],
        scheduling: PromiseScheduling(), pipelineNamespace: promise?.pipelineNamespace,
        name: try checkedWorkName)
    }
    if let promise { try refuseUnknownPipeline(of: promise, for: context) }
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
      throw Self.unknown(context.promise, among: platform.promises.keys.sorted())
    }
    var work = try Work(
      output: output, context: context, selectors: metadata.selectors,
      scheduling: mounted ?? PromiseScheduling(promise: promise?.destinationSelectors ?? []),
      pipelineNamespace: promise?.pipelineNamespace, name: try checkedWorkName)
    work.promiseVersion = promise?.version
    return work
  }

  private static func unknown(_ promise: String, among known: [String]) -> LandingError {
    let others = known.isEmpty ? "" : ", which has \(known.joined(separator: ", "))"
    let meant = nearest(to: promise, in: known)
    return LandingError(
      .invalidConfiguration,
      """
      the Promise \(promise) is not in the configuration\(others), so it is not known which \
      Destinations it chooses; add its manifest to --config, or name a --destination
      """, corrections: meant.map { [.flag("--promise", $0)] })
  }

  /// Refuses a pipeline of the flag that the Promise does not have: its output would land beside that
  /// of the pipeline that was meant.
  ///
  /// The variable is set by Kratix, which knows the Promise better than the configuration does.
  private func refuseUnknownPipeline(
    of promise: Promise, for context: WorkflowContext
  ) throws(LandingError) {
    let known = context.type == .resource ? promise.resourcePipelines : promise.promisePipelines
    guard let pipeline, !known.isEmpty, !known.contains(pipeline) else { return }
    throw LandingError(
      .invalidConfiguration,
      """
      --pipeline is \(pipeline), and the \(context.type.rawValue) workflow of the Promise \
      \(promise.name) has \(known.joined(separator: ", ")); nothing was written: give one of those, or \
      correct the Promise in --config
      """,
      corrections: (known.count == 1 ? known.first : nearest(to: pipeline, in: known)).map {
        [.flag("--pipeline", $0)]
      })
  }

  private var checkedWorkName: String? {
    get throws { try workName.map { try Self.require($0, "--work-name", "--work-name") } }
  }

  /// The Promise's selectors from the file that a flag names, or that Kratix has mounted.
  private func mountedScheduling() throws -> PromiseScheduling? {
    if let promiseScheduling { return try PromiseScheduling(file: promiseScheduling) }
    guard FileManager.default.fileExists(atPath: PromiseScheduling.standardPath) else { return nil }
    return try PromiseScheduling(file: PromiseScheduling.standardPath)
  }

  private var directory: String { output ?? "/kratix/output" }

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

  /// Refuses a value that cannot be the name of a Kubernetes object.
  static func checkName(_ value: String, _ name: String) throws(LandingError) {
    guard Shape.objectName.read(Node(.string(value))) == nil else { return }
    throw LandingError(
      .invalidConfiguration, "\(name) is \"\(value)\"; it must be \(Shape.objectName.name)")
  }
}

/// A value that a flag or a variable must give.
private struct NeededValue {
  let flag: String
  let variable: String
  let isGiven: Bool

  init(_ value: String?, _ flag: String, _ variable: String) {
    self.flag = flag
    self.variable = variable
    isGiven = !(value ?? Environment[variable] ?? "").isEmpty
  }

  /// Refuses a command in which some are missing, and names all of them.
  static func requireAll(_ needed: [NeededValue]) throws(LandingError) {
    let missing = needed.filter { !$0.isGiven }
    guard !missing.isEmpty else { return }
    let isOne = missing.count == 1
    throw LandingError(
      .invalidConfiguration,
      "\(list(missing.map(\.flag))) \(isOne ? "is" : "are") missing; give \(isOne ? "it" : "them"),"
        + " or set \(list(missing.map(\.variable))) as Kratix does",
      corrections: missing.map { .flag($0.flag, $0.flag.dropFirst(2).uppercased()) })
  }

  private static func list(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.joined() }
    return "\(words.dropLast().joined(separator: ", ")) and \(last)"
  }
}

extension Promise {
  /// The name of the only pipeline of its resource workflow; `nil` if there are several or none.
  var onlyResourcePipeline: String? {
    resourcePipelines.count == 1 ? resourcePipelines.first : nil
  }
}
