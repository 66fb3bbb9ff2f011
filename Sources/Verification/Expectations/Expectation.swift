internal import Kratix
package import Manifests

/// What must be in the state store for a resource request of one Promise.
///
/// Partial objects with `$(name)` references to parameters, in the notation of Kubernetes. Parameters
/// come from the request or from a table; `name`, `namespace` and `promise` always exist.
package struct Expectation: Sendable {
  /// The group and version of its manifests.
  package static let apiVersion = "statestore.dev/v1alpha1"
  /// The kind of its manifests.
  package static let kind = "Expectation"

  /// Its name; an expectation replaces the built-in one of its name.
  package let name: String
  /// The Promise whose requests it is for.
  ///
  /// A built-in expectation applies to every Promise with its API.
  package let promise: String
  /// The file, for messages.
  package let file: String
  /// The manifest itself.
  package let manifest: Node
  /// The API of the Promises that a built-in expectation is for; `nil` for one of the platform.
  var api: PromiseAPI?
  let parameters: [Parameter]
  /// Objects that must be there.
  let resources: [Node]
  /// Objects that may be there.
  let optional: [Node]
  /// Pipelines of the Promise that may render nothing for a request.
  let optionalPipelines: Set<String>

  /// Whether it came with the program.
  package var isBuiltIn: Bool { api != nil }

  /// How many objects it names.
  package var resourceCount: Int { resources.count + optional.count }

  /// One value that references name.
  struct Parameter: Sendable {
    enum Source: Sendable {
      /// A field of the request, as a JSON pointer, and what holds when it is absent.
      case field(pointer: String, default: Node?)
      /// A table, and the parameter that is looked up in it.
      case table(parameter: String, values: Mapping)
    }

    let name: String
    let source: Source
    let position: Position
  }

  /// Parameters that every expectation has.
  static let givenParameters = ["name", "namespace", "promise"]
}

/// The API by which a built-in expectation recognizes its Promise, whatever that is called.
struct PromiseAPI: Sendable {
  let group: String
  let kind: String
}
