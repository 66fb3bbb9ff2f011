import Foundation
package import Kratix

/// What is rendered, and how: the flags of `render`.
package struct RenderSettings: Sendable {
  /// The file of the request; `nil` for a workflow of the Promise itself.
  package var request: String?
  /// The Promise, if it is not the one whose API the request is of.
  package var promise: String?
  /// The only Pipeline to run; `nil` for all of the workflow.
  package var pipeline: String?
  package var action = WorkflowContext.Action.configure
  /// Commands instead of containers: `COMMAND`, or `CONTAINER=COMMAND`.
  package var commands: [String] = []
  /// The name or path of the container engine; `nil` for the first that is installed.
  package var engine: String?
  /// Variables of this process that the containers get.
  package var passedVariables: [String] = []
  /// Where input, output and metadata are kept; `nil` to remove them.
  package var directory: String?
  /// Whether a pipeline may write nothing.
  package var allowsEmpty = false
  /// Whether what would change in the real state stores is shown.
  package var showsDifference = false
  /// Where temporary files are.
  package var temporaryDirectory = FileManager.default.temporaryDirectory.path
  /// The environment of this process.
  package var environment: [String: String]
  package var deadline: ContinuousClock.Instant

  package init(environment: [String: String], deadline: ContinuousClock.Instant) {
    self.environment = environment
    self.deadline = deadline
  }
}
