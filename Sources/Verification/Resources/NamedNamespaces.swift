internal import Kratix
internal import Manifests

/// The namespaces that a request itself names for its objects, besides the one that it is in.
enum NamedNamespaces {
  /// Those among the texts of its spec.
  case these(Set<String>)
  /// Any: the request is not known, and the API of its Promise has a field for a namespace.
  case any

  func contain(_ namespace: String) -> Bool {
    switch self {
    case .these(let names): names.contains(namespace)
    case .any: true
    }
  }
}

extension ResourceSearch {
  var namedNamespaces: NamedNamespaces {
    guard knowledge == .request else {
      return promise?.letsRequestsNameNamespaces == true ? .any : .these([])
    }
    return .these(request.node["spec"]?.texts ?? [])
  }
}
