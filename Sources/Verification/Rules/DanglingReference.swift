internal import Manifests

/// References of pods to Secrets, ConfigMaps and PersistentVolumeClaims that do not exist.
///
/// What exists is the resource's own objects at the same Destination, what operators make of them, and
/// the static dependencies of the Promise.
enum DanglingReference: RuleDefinition {
  static let rule = Rule.danglingReference
  static let severity = Severity.error
  static let dependsOnlyOnEquality = true
  static let page = RulePage(
    meaning: "A Secret, ConfigMap or PersistentVolumeClaim is referred to and not there. The pods "
      + "do not start without it.",
    origins: [
      "Only some of the documents were rendered.",
      "The names of the object and of the reference are built differently.",
      "The object is in another namespace.",
    ],
    remedies: [
      "Let the pipeline render it into the same namespace.",
      "Where something else makes it, mark the reference optional, or turn the rule off.",
    ])
}

extension DanglingReference {
  static func findings(
    in objects: [LandedObject], matches: ObjectMatches, dependencies: [Node]?
  ) -> [Finding] {
    let providers = objects.flatMap(Provision.all) + (dependencies ?? []).compactMap(Provision.init)
    // An object whose name still holds a placeholder exists: the placeholder is a finding of its own.
    let unnamed = Set(
      matches.matches.filter { $0.unnamed != nil }.map { match in
        [match.expected.identity.kind, match.expected.identity.name]
      })
    return objects.flatMap { object in
      object.podReferences.compactMap { reference in
        guard !reference.isWellKnown, !unnamed.contains([reference.kind, reference.name]),
          Placeholder.all(in: reference.name).isEmpty
        else { return nil }
        return finding(for: reference, of: object, among: providers)
      }
    }
  }

  private static func finding(
    for reference: PodReference, of object: LandedObject, among providers: [Provision]
  ) -> Finding? {
    let named = providers.filter {
      $0.kind == reference.kind && $0.name == reference.name
        && ($0.destination == nil || $0.destination == object.destination)
    }
    let wanted = "\(reference.kind)/\(reference.name)"
    let reachable = named.filter { $0.namespace == object.namespace }
    guard reachable.isEmpty else {
      guard let key = reference.key,
        reachable.allSatisfy({ $0.keys.map { !$0.contains(key) } ?? false })
      else { return nil }
      return finding(
        in: object, at: reference.pointer, expected: "\(wanted) with the key \(key)",
        actual: "\(wanted) without it", remedy: "put the key into it, or refer to one that it has")
    }
    let elsewhere = named.first.map { "it is in the namespace \($0.namespace)" }
    return finding(
      in: object, at: reference.pointer, expected: "\(wanted) in \(object.namespace)",
      actual: "no such object",
      cause: elsewhere.map { "\($0), and a pod sees only its own namespace" },
      remedy: "let the pipeline render it, or mark the reference optional: the pods do not start "
        + "without it")
  }
}

extension PodReference {
  /// Kubernetes creates this one in every namespace.
  fileprivate var isWellKnown: Bool { kind == "ConfigMap" && name == "kube-root-ca.crt" }
}

/// An object that pods can refer to.
private struct Provision {
  let kind: String
  let name: String
  let namespace: String
  /// `nil` for what is at every Destination.
  let destination: String?
  /// `nil` where they are not known.
  let keys: Set<String>?

  /// A landed object itself, or the Secret that its operator makes of it.
  static func all(of object: LandedObject) -> [Provision] {
    let node = object.node
    func secret(_ name: String?) -> [Provision] {
      [
        Provision(
          kind: "Secret", name: name ?? object.identity.name, namespace: object.namespace,
          destination: object.destination, keys: nil)
      ]
    }
    switch object.identity.kind {
    case "SealedSecret": return secret(node.value(at: "/spec/template/metadata/name")?.string)
    case "ExternalSecret": return secret(node.value(at: "/spec/target/name")?.string)
    case "Certificate": return secret(node.value(at: "/spec/secretName")?.string)
    default:
      return [
        Provision(
          kind: object.identity.kind, name: object.identity.name, namespace: object.namespace,
          destination: object.destination, keys: Self.keys(of: node))
      ]
    }
  }

  init(kind: String, name: String, namespace: String, destination: String?, keys: Set<String>?) {
    self.kind = kind
    self.name = name
    self.namespace = namespace
    self.destination = destination
    self.keys = keys
  }

  /// A static dependency of a Promise.
  init?(_ node: Node) {
    guard let identity = ObjectIdentity(node) else { return nil }
    self.init(
      kind: identity.kind, name: identity.name, namespace: identity.namespace ?? "default",
      destination: nil, keys: Self.keys(of: node))
  }

  private static func keys(of node: Node) -> Set<String> {
    let fields = ["data", "stringData", "binaryData"]
    return Set(fields.flatMap { node[$0]?.mapping?.keys.map(\.self) ?? [] })
  }
}
