internal import Manifests

/// Objects that are in another namespace than the request's, or than the one that an expectation names.
///
/// kubectl and Flux apply a manifest without a namespace to `default`, so it counts as being there. Only
/// kinds that are known to be namespaced are judged then. A namespace that the output brings, or a
/// dependency of the Promise, is meant: a Namespace is not created by mistake.
enum WrongNamespace: RuleDefinition {
  static let rule = Rule.wrongNamespace
  static let severity = Severity.error
  static let dependsOnlyOnEquality = true
  static let page = RulePage(
    meaning: "An object is in another namespace than the request's. A manifest without a namespace "
      + "counts as being in default, where kubectl and Flux put it.",
    origins: [
      "The placeholder for the name was replaced inside the placeholder for the namespace: "
        + "placeholder-namespace became postgres-examplespace.",
      "The template carries a fixed namespace.",
      "metadata.namespace was left out.",
    ],
    remedies: [
      "Replace the longer placeholder first, or render with a YAML tool.",
      "Let the pipeline set metadata.namespace to the request's.",
      "Where another namespace is meant, say so in the Expectation.",
    ],
    silence: [
      "The output brings a Namespace of that name to the same Destination, or a "
        + "dependency of the Promise does, a static one or one that its own pipelines put out: then it is "
        + "meant.",
      "The request names the namespace in its spec, or the default of its Promise does; with "
        + "--all, where the request is not known, the API of the Promise has a field for one.",
      "The Expectation names another namespace for the object: then that one is wanted.",
      "More than half of the other requests of the Promise, three at least, have an object of the kind in "
        + "that namespace.",
      "It is an Application, ApplicationSet or AppProject of Argo CD: Argo CD reads them in its own "
        + "namespace.",
      "The kind is cluster-scoped, or it is not Kubernetes' own and the manifest names "
        + "no namespace: then it may be.",
      "A file of the resource cannot be read: it may bring the Namespace. Objects that "
        + "the Expectation names are judged.",
      "The namespace of the request is not known: with --all, where a Promise's "
        + "pipelines run in a namespace of their own, the path names that one.",
      "A placeholder is left in the field: that is placeholder-left.",
    ])
}

extension WrongNamespace {
  /// - Parameters:
  ///   - namespace: The namespace in which the objects must be.
  ///   - named: Other namespaces that are right.
  ///   - shared: What the other requests of the Promise have in common.
  ///   - name: The name of the request.
  ///   - dependencies: The static dependencies of the Promise.
  ///   - isComplete: Whether all files can be read; another one may bring a namespace.
  static func findings(
    in matches: ObjectMatches, namespace: String, named: NamedNamespaces, shared: SharedTraits,
    name: String, dependencies: [Node]?, isComplete: Bool
  ) -> [Finding] {
    NamespaceCheck(
      namespace: namespace, named: named, traits: shared, name: name, matches: matches,
      brought: BroughtNamespaces(by: matches.landed, and: dependencies ?? []),
      isComplete: isComplete
    ).findings
  }
}

extension WrongNamespace {
  /// Whether a finding is on a namespace that one of these objects of the Promise brings.
  static func isMet(_ finding: Finding, by dependencies: [Node]) -> Bool {
    guard finding.rule == rule, let namespace = finding.actual else { return false }
    return BroughtNamespaces(by: [], and: dependencies).everywhere.contains(namespace)
  }
}

/// The namespaces that come with the output, or with the dependencies of its Promise.
private struct BroughtNamespaces {
  private var ofDestination: [String: Set<String>] = [:]
  let everywhere: Set<String>

  init(by objects: [LandedObject], and dependencies: [Node]) {
    for object in objects where Self.isNamespace(object.identity) {
      ofDestination[object.destination, default: []].insert(object.identity.name)
    }
    everywhere = Set(
      dependencies.compactMap(ObjectIdentity.init).filter(Self.isNamespace).map(\.name))
  }

  func contain(_ object: LandedObject) -> Bool {
    everywhere.contains(object.namespace)
      || ofDestination[object.destination]?.contains(object.namespace) ?? false
  }

  private static func isNamespace(_ identity: ObjectIdentity) -> Bool {
    identity.kind == "Namespace" && identity.group.isEmpty
  }
}

private struct NamespaceCheck {
  let namespace: String
  let named: NamedNamespaces
  let traits: SharedTraits
  let name: String
  let matches: ObjectMatches
  let brought: BroughtNamespaces
  let isComplete: Bool

  var findings: [Finding] {
    let wrong = matches.landed.compactMap { object -> (LandedObject, String)? in
      guard isJudged(object) else { return nil }
      if let expected = matches.expected(for: object) {
        // It is in a certain namespace that follows from what is not known.
        guard expected.isNamespaceKnown else { return nil }
        if let wanted = expected.identity.namespace {
          return object.namespace == wanted ? nil : (object, wanted)
        }
      }
      let isRight =
        object.namespace == namespace || named.contain(object.namespace) || brought.contain(object)
        || traits.haveNamespace(of: object) || !isComplete
      return isRight ? nil : (object, namespace)
    }
    let shared = sharedNamespace
    return wrong.map { object, wanted in finding(object, wanted: wanted, shared: shared) }
  }

  private func isJudged(_ object: LandedObject) -> Bool {
    if let kind = KnownKind.of(object.identity) { return !kind.isClusterScoped }
    return object.identity.namespace != nil && !object.isOfArgoCD
  }

  /// The namespace that all objects name, if they name the same one.
  private var sharedNamespace: String? {
    let judged = matches.landed.filter(isJudged)
    let given = Set(judged.map(\.identity.namespace))
    return given.count == 1 && judged.count > 1 ? given.first ?? nil : nil
  }

  private func finding(_ object: LandedObject, wanted: String, shared: String?) -> Finding {
    let explanation = explanation(of: object.identity.namespace, wanted: wanted, shared: shared)
    return WrongNamespace.finding(
      in: object, at: "/metadata/namespace", expected: wanted,
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

extension LandedObject {
  /// Argo CD reads these in its own namespace alone, unless it is configured for others
  /// (https://argo-cd.readthedocs.io/en/stable/operator-manual/app-any-namespace/).
  fileprivate var isOfArgoCD: Bool {
    identity.group == "argoproj.io"
      && ["Application", "ApplicationSet", "AppProject"].contains(identity.kind)
  }
}
