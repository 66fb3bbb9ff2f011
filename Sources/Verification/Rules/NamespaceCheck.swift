internal import Manifests

/// Whether every object is in the namespace where it must be: the request's, or the one that an
/// expectation gives it.
///
/// A manifest without a namespace is applied to `default` by kubectl and Flux; so it counts as
/// being there. That is said only of kinds that are known to have namespaces.
struct NamespaceCheck {
  let namespace: String
  let name: String
  let matches: ObjectMatches

  var findings: [Finding] {
    let wrong = matches.landed.compactMap { object -> (LandedObject, String)? in
      guard isJudged(object) else { return nil }
      let wanted = matches.expected(for: object)?.identity.namespace ?? namespace
      return object.namespace == wanted ? nil : (object, wanted)
    }
    let shared = sharedNamespace
    return wrong.map { object, wanted in finding(object, wanted: wanted, shared: shared) }
  }

  private func isJudged(_ object: LandedObject) -> Bool {
    guard let kind = KnownKind.of(object.identity) else { return object.identity.namespace != nil }
    return !kind.isClusterScoped
  }

  /// The namespace that all objects give, if it is one.
  private var sharedNamespace: String? {
    let judged = matches.landed.filter(isJudged)
    let given = Set(judged.map(\.identity.namespace))
    return given.count == 1 && judged.count > 1 ? given.first ?? nil : nil
  }

  private func finding(_ object: LandedObject, wanted: String, shared: String?) -> Finding {
    let explanation = explanation(of: object.identity.namespace, wanted: wanted, shared: shared)
    return object.finding(
      .wrongNamespace, at: "/metadata/namespace", expected: wanted,
      actual: object.identity.namespace ?? "no namespace, so default",
      cause: explanation.cause, remedy: explanation.remedy)
  }

  private func explanation(
    of actual: String?, wanted: String, shared: String?
  ) -> (cause: String?, remedy: String) {
    let remedy = "let the pipeline set metadata.namespace to the request's"
    guard let actual else { return (nil, remedy) }
    if actual == name + "space", actual != wanted {
      return (
        "the placeholder for the name was replaced inside the placeholder for the namespace",
        "replace the longer placeholder first, or render with a YAML tool"
      )
    }
    guard actual == shared else { return (nil, remedy) }
    return ("all objects are in \(actual): nothing puts them in the request's namespace", remedy)
  }
}
