package import Kratix

/// What a report is about.
package enum Subject: Sendable, Hashable {
  case resource(ResourceID)
  /// A placement in a shared directory of which it cannot be told what it is of, by its name.
  case placement(String)
  /// Files that belong to no placement.
  case strays

  package var promise: String? {
    if case .resource(let resource) = self { resource.promise } else { nil }
  }

  /// The namespace in its path; `nil` for what is of no request.
  package var namespace: String? {
    if case .resource(.request(_, let namespace, _)) = self { namespace } else { nil }
  }

  /// The names that reports print; empty where there is none.
  var names: (promise: String, namespace: String, name: String) {
    switch self {
    case .resource(.request(let promise, let namespace, let name)): (promise, namespace, name)
    case .resource(.dependency(let promise)): (promise, "", "")
    case .placement(let name): ("", "", name)
    case .strays: ("", "", "")
    }
  }
}
