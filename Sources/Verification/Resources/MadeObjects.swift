internal import Manifests

/// An object that an operator makes of another one, and that pods can refer to.
struct MadeObject: Hashable {
  var kind = "Secret"
  let name: String
  /// `nil` for every namespace.
  let namespace: String?
}

/// What operators make of an object.
enum MadeObjects {
  /// All that is known to be made: by the table of operators, and by fields that name a Secret.
  ///
  /// What a field of an operator's kind names, the operator writes or asks for itself.
  static func of(_ object: ObjectIdentity, _ node: Node, namespace: String) -> [MadeObject] {
    let annotated = ofAnnotations(node, namespace: namespace)
    guard KnownKind.of(object) == nil else {
      let isSet = object.kind == "StatefulSet"
      return annotated
        + (isSet ? claims(ofStatefulSet: object.name, node, namespace: namespace) : [])
    }
    var fields = SecretFields(namespace: namespace)
    fields.visit(node)
    let made = OperatorKind.of(object).map { kind in
      kind.names(for: object.name, node).map { name in
        MadeObject(
          kind: kind.makes, name: name, namespace: kind.isEverywhere ? nil : namespace)
      }
    }
    return (made ?? []) + fields.found + annotated
  }

  /// Whether it may make other objects than those, under names that are not known.
  static func mayBeMore(of object: ObjectIdentity) -> Bool {
    guard KnownKind.of(object) == nil, !object.group.ends(with: ".k8s.io"),
      !groupsThatMakeNone.contains(object.group)
    else { return false }
    return !(OperatorKind.of(object)?.isComplete ?? false)
  }

  /// Kubernetes' own groups, beside those that end in `.k8s.io`, and groups whose kinds only describe a
  /// network, a scrape or a source.
  private static let groupsThatMakeNone: Set<String> = [
    "", "apps", "batch", "autoscaling", "policy", "monitoring.coreos.com", "networking.istio.io",
    "security.istio.io", "telemetry.istio.io", "traefik.io", "keda.sh", "projectcontour.io",
    "source.toolkit.fluxcd.io", "notification.toolkit.fluxcd.io", "image.toolkit.fluxcd.io",
  ]

  /// What annotations have made, on any kind: the certificates of an Ingress by cert-manager
  /// (https://cert-manager.io/docs/usage/ingress/), the one of a Service by OpenShift
  /// (https://docs.openshift.com/container-platform/latest/security/certificates/service-serving-certificate.html).
  private static func ofAnnotations(_ node: Node, namespace: String) -> [MadeObject] {
    guard let annotations = node.value(at: "/metadata/annotations")?.mapping else { return [] }
    let isIssued = issuing.contains { annotations[$0] != nil }
    let issued = isIssued ? node.value(at: "/spec/tls")?.sequence ?? [] : []
    let serving = annotations["service.beta.openshift.io/serving-cert-secret-name"]?.string
    return (issued.map { $0["secretName"]?.string } + [serving]).compactMap { name in
      name.map { MadeObject(name: $0, namespace: namespace) }
    }
  }

  /// The claim of each pod of a StatefulSet by each template
  /// (https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-storage).
  private static func claims(
    ofStatefulSet name: String, _ node: Node, namespace: String
  ) -> [MadeObject] {
    let templates = node.value(at: "/spec/volumeClaimTemplates")?.sequence ?? []
    let names = templates.compactMap { $0.value(at: "/metadata/name")?.string }
    let first = (node.value(at: "/spec/ordinals/start")?.integer ?? nil) ?? 0
    let replicas = (node.value(at: "/spec/replicas")?.integer ?? nil) ?? 1
    // Kubernetes has 32 bits for both, and takes no negative ones.
    guard (0...Int64(Int32.max)).contains(first) else { return [] }
    let pods = first..<(first + min(max(replicas, 0), mostPods))
    return names.flatMap { template in
      pods.map { number in
        MadeObject(
          kind: "PersistentVolumeClaim", name: "\(template)-\(name)-\(number)",
          namespace: namespace)
      }
    }
  }

  private static let mostPods: Int64 = 1_000

  private static let issuing = [
    "cert-manager.io/issuer", "cert-manager.io/cluster-issuer", "kubernetes.io/tls-acme",
  ]
}

/// The Secrets that fields name: `secretName`, `…SecretRef.name`, and Crossplane's
/// `writeConnectionSecretToRef` (https://docs.crossplane.io/latest/concepts/connection-details/).
private struct SecretFields {
  let namespace: String
  private(set) var found: [MadeObject] = []

  init(namespace: String) { self.namespace = namespace }

  mutating func visit(_ node: Node) {
    for item in node.sequence ?? [] { visit(item) }
    for entry in node.mapping?.entries ?? [] {
      if entry.key.ends(with: "ecretName"), let name = entry.value.string, !name.isEmpty {
        found.append(MadeObject(name: name, namespace: namespace))
      } else if Self.references.contains(where: { entry.key.ends(with: $0) }),
        let name = entry.value["name"]?.string
      {
        found.append(
          MadeObject(name: name, namespace: entry.value["namespace"]?.string ?? namespace))
      } else {
        visit(entry.value)
      }
    }
  }

  /// How the keys end, whether they begin with a capital or not.
  private static let references = ["ecretRef", "ecretToRef", "ecretKeyRef"]
}
