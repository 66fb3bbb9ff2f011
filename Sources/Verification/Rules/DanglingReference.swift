internal import Manifests

/// References of pods to Secrets, ConfigMaps and PersistentVolumeClaims that do not exist.
///
/// What exists is the resource's own objects at the same Destination, what operators are known to make
/// of them (`MadeObjects`), and the static dependencies of the Promise.
enum DanglingReference: RuleDefinition {
  static let rule = Rule.danglingReference
  static let severity = Severity.error
  static let severityText =
    "error; warning where an operator may make it, or the cluster may have it"
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
    ],
    silence: [
      "The reference is optional, or is to kube-root-ca.crt, which Kubernetes makes in "
        + "every namespace.",
      "The output holds the object, in the same namespace and at the same Destination, "
        + "or a dependency of the Promise does, a static one or one that its own pipelines put out; or a "
        + "kustomization generates it.",
      "An operator is known to make it of another object: of a Certificate, an "
        + "ExternalSecret, a database of Zalando, CloudNativePG, Percona, MongoDB and "
        + "others, a KafkaUser and more.",
      "A field of an operator's object names it: secretName, a field that ends in "
        + "SecretRef, or writeConnectionSecretToRef.",
      "The object is a dependency of a Promise: what it refers to may come with the "
        + "cluster.",
      "A file of the resource cannot be read, or it has more files than are held at "
        + "once: another file may hold it. A note says so.",
      "It is a warning where an object of a kind that is not known may make it, or a request of "
        + "another Promise in the same output; where more than half of the other requests of the Promise, "
        + "three at least, refer to it without holding it, so that the cluster may have it; and for "
        + "imagePullSecrets, without which pods start if the images are public.",
    ])
}

extension DanglingReference {
  /// - Parameters:
  ///   - generated: What kustomizations make.
  ///   - dependencies: The static dependencies of the Promise.
  ///   - isSharedByOthers: Whether the other requests of the Promise refer to it too, and do not hold it.
  ///   - isOfAnotherPromise: Whether an object is a request of another Promise, whose pipelines may have
  ///     anything made at any Destination.
  static func findings(
    in objects: [LandedObject], matches: ObjectMatches, generated: [MadeObject],
    dependencies: [Node]?, isSharedByOthers: (PodReference) -> Bool,
    isOfAnotherPromise: (ObjectIdentity) -> Bool
  ) -> [Finding] {
    let referring = objects.map { ($0, $0.podReferences) }.filter { !$0.1.isEmpty }
    guard !referring.isEmpty else { return [] }
    let providers =
      objects.flatMap { object in
        Provision.all(
          of: object.identity, object.node, namespace: object.namespace,
          destination: object.destination)
      } + generated.map { Provision(made: $0, destination: nil) }
      + (dependencies ?? []).flatMap(Provision.all(ofDependency:))
    let makers = objects.filter { MadeObjects.mayBeMore(of: $0.identity) }
    let child = makers.first { isOfAnotherPromise($0.identity) }
    // An object whose name still holds a placeholder exists: the placeholder is a finding of its own.
    let unnamed = Set(
      matches.matches.filter { $0.unnamed != nil }.map { match in
        [match.expected.identity.kind, match.expected.identity.name]
      })
    return referring.flatMap { object, references in
      references.compactMap { reference in
        guard !reference.isWellKnown, !unnamed.contains([reference.kind, reference.name]),
          Placeholder.all(in: reference.name).isEmpty
        else { return nil }
        let maker = makers.first { $0.destination == object.destination }
        return finding(
          for: reference, of: object, among: providers, orMadeOf: maker ?? child,
          isShared: isSharedByOthers(reference))
      }
    }
  }

  private static func finding(
    for reference: PodReference, of object: LandedObject, among providers: [Provision],
    orMadeOf maker: LandedObject?, isShared: Bool
  ) -> Finding? {
    let named = providers.filter {
      $0.kind == reference.kind && $0.name == reference.name
        && ($0.destination == nil || $0.destination == object.destination)
    }
    let reachable = named.filter { $0.namespace == nil || $0.namespace == object.namespace }
    guard reachable.isEmpty else {
      guard let key = reference.key,
        reachable.allSatisfy({ $0.keys.map { !$0.contains(key) } ?? false })
      else { return nil }
      let wanted = "\(reference.kind)/\(reference.name)"
      return finding(
        in: object, at: reference.pointer, expected: "\(wanted) with the key \(key)",
        actual: "\(wanted) without it", remedy: "put the key into it, or refer to one that it has")
    }
    if let elsewhere = named.first?.namespace {
      return missing(
        reference, of: object,
        cause: "it is in the namespace \(elsewhere), and a pod sees only its own namespace")
    }
    guard reference.isNeededToStart else {
      return missing(
        reference, of: object, severity: .warning,
        cause: "the pods start without it where the images are public")
    }
    return missing(
      reference, of: object, severity: maker == nil && !isShared ? .error : .warning,
      cause: maker.map { "an operator may make it of \($0.identity)" }
        ?? (isShared ? "other requests refer to it too, so the cluster may have it" : nil))
  }

  private static func text(of kind: String, _ name: String, in namespace: String) -> String {
    "\(kind)/\(name) in \(namespace)"
  }

  /// Whether a finding misses what one of these objects of the Promise is, or what is made of one.
  static func isMet(_ finding: Finding, by dependencies: [Node]) -> Bool {
    guard finding.rule == rule, let expected = finding.expected else { return false }
    return dependencies.flatMap(Provision.all(ofDependency:)).contains { provision in
      guard let namespace = provision.namespace else {
        return expected.begins(with: text(of: provision.kind, provision.name, in: ""))
      }
      return expected == text(of: provision.kind, provision.name, in: namespace)
    }
  }

  private static func missing(
    _ reference: PodReference, of object: LandedObject, severity: Severity = .error, cause: String?
  ) -> Finding {
    var finding = finding(
      in: object, at: reference.pointer,
      expected: text(of: reference.kind, reference.name, in: object.namespace),
      actual: "no such object", cause: cause,
      remedy: severity == .error
        ? "let the pipeline render it, or mark the reference optional: the pods do not start "
          + "without it"
        : "see that something makes it, or let the pipeline render it")
    finding.severity = severity
    return finding
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
  /// `nil` for what is in every namespace.
  let namespace: String?
  /// `nil` for what is at every Destination.
  let destination: String?
  /// `nil` where they are not known.
  let keys: Set<String>?

  /// An object itself, and what operators make of it.
  static func all(
    of object: ObjectIdentity, _ node: Node, namespace: String, destination: String?
  ) -> [Provision] {
    let own = Provision(
      kind: object.kind, name: object.name, namespace: namespace, destination: destination,
      keys: keys(of: node))
    return [own]
      + MadeObjects.of(object, node, namespace: namespace).map {
        Provision(made: $0, destination: destination)
      }
  }

  /// A static dependency of a Promise, and what operators make of it.
  static func all(ofDependency node: Node) -> [Provision] {
    guard let identity = ObjectIdentity(node) else { return [] }
    return all(
      of: identity, node, namespace: identity.namespace ?? "default", destination: nil)
  }

  private static func keys(of node: Node) -> Set<String> {
    let fields = ["data", "stringData", "binaryData"]
    return Set(fields.flatMap { node[$0]?.mapping?.keys.map(\.self) ?? [] })
  }
}

extension Provision {
  fileprivate init(made: MadeObject, destination: String?) {
    self.init(
      kind: made.kind, name: made.name, namespace: made.namespace, destination: destination,
      keys: nil)
  }
}
