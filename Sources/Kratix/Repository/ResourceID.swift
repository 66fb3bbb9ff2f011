/// What placements are of, as the directories of a repository name it.
package enum ResourceID: Sendable, Hashable, Codable {
  /// What the pipelines of a Promise made of a request. The namespace is that of its Works, which
  /// is not the request's where the pipelines run in a namespace of their own.
  case request(promise: String, namespace: String, name: String)
  /// A Promise's static dependencies, and what its own workflows made.
  case dependency(promise: String)

  package var promise: String {
    switch self {
    case .request(let promise, _, _), .dependency(let promise): promise
    }
  }

  /// The namespace of the Works that it is made of.
  package var workNamespace: String {
    switch self {
    case .request(_, let namespace, _): namespace
    case .dependency: Work.platformNamespace
    }
  }
}

extension Work {
  /// What the Work is a part of, together with the Works of other pipelines.
  package var resource: ResourceID {
    isDependency
      ? .dependency(promise: promiseName)
      : .request(promise: promiseName, namespace: namespace, name: resourceName)
  }
}
