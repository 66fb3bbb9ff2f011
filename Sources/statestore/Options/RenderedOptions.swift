import Application
import ArgumentParser
package import Kratix

extension WorkflowContext.WorkflowType: ExpressibleByArgument {}
extension WorkflowContext.Action: ExpressibleByArgument {}

/// What a pipeline rendered, and for which workflow.
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
