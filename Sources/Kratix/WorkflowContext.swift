/// Which workflow a pipeline runs for: what Kratix tells its containers in `KRATIX_*` variables
/// (`api/v1alpha1/pipeline_types.go`, `defaultEnvVars`).
package struct WorkflowContext: Sendable, Hashable {
  /// Whether the workflow serves the Promise or a resource request of it.
  package enum WorkflowType: String, Sendable, Hashable, CaseIterable {
    /// The Promise's own workflow: its output goes to every matching Destination.
    case promise
    /// A resource request's: its output goes to one Destination.
    case resource
  }

  /// Whether something is to be there or to go.
  package enum Action: String, Sendable, Hashable, CaseIterable {
    /// Write what the pipeline rendered.
    case configure
    /// Remove it.
    case delete
  }

  /// Whether the workflow serves the Promise or a request.
  package var type: WorkflowType
  /// Whether something is to be there or to go.
  package var action: Action
  /// The Promise's name.
  package var promise: String
  /// The Pipeline's name.
  package var pipeline: String
  /// The request's namespace; empty for a Promise's workflow.
  package var namespace: String
  /// The request's name; empty for a Promise's workflow.
  package var name: String
  /// Whether it runs for a request that only asks what would be made.
  package var isDryRun: Bool

  /// Puts a context together.
  package init(
    type: WorkflowType, action: Action = .configure, promise: String, pipeline: String,
    namespace: String, name: String, isDryRun: Bool = false
  ) {
    self.type = type
    self.action = action
    self.promise = promise
    self.pipeline = pipeline
    self.namespace = namespace
    self.name = name
    self.isDryRun = isDryRun
  }
}
