import Application
import ArgumentParser
package import Kratix

extension WorkflowContext.WorkflowType: ExpressibleByArgument {}
extension WorkflowContext.Action: ExpressibleByArgument {}

/// What a pipeline rendered, and for which workflow.
struct RenderedOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What the pipeline rendered. (default: /kratix/output)", valueName: "directory"),
    completion: .directory)
  var rendered: String?

  @Option(
    help: ArgumentHelp("Its metadata. (default: /kratix/metadata)", valueName: "directory"),
    completion: .directory)
  var metadata: String?

  @Option(
    help: ArgumentHelp(
      "The Promise's selectors as Kratix mounts them; without the file, those of its manifest. (default: \(PromiseScheduling.standardPath))",
      valueName: "file"), completion: .file())
  var promiseScheduling: String?

  @Option(
    help: "The Promise's name (also KRATIX_PROMISE_NAME).", completion: NameCompletion.promises)
  var promise: String?

  @Option(help: "The request's namespace (also KRATIX_OBJECT_NAMESPACE).")
  var namespace: String?

  @Option(help: "The request's name (also KRATIX_OBJECT_NAME).")
  var name: String?

  @Option(
    help: "The Pipeline's name (also KRATIX_PIPELINE_NAME).", completion: NameCompletion.pipelines)
  var pipeline: String?

  @Option(
    help: ArgumentHelp(
      "The Work's name, if the state store has files of several that it could be.",
      valueName: "name"))
  var workName: String?

  @Option(help: "The type of the workflow: promise or resource (also KRATIX_WORKFLOW_TYPE).")
  var workflowType: WorkflowContext.WorkflowType?

  @Option(help: "The action of the workflow: configure or delete (also KRATIX_WORKFLOW_ACTION).")
  var workflowAction: WorkflowContext.Action?

  /// The values of the flags.
  var source: RenderedSource {
    var source = RenderedSource()
    source.output = rendered
    source.metadata = metadata
    source.promiseScheduling = promiseScheduling
    source.promise = promise
    source.namespace = namespace
    source.name = name
    source.pipeline = pipeline
    source.workName = workName
    source.workflowType = workflowType
    source.workflowAction = workflowAction
    return source
  }
}
