internal import Manifests

/// A Secret, ConfigMap or PersistentVolumeClaim that a pod refers to.
struct PodReference {
  let kind: String
  let name: String
  /// The key of it that is wanted; `nil` for all of them.
  let key: String?
  /// From the object to the name.
  let pointer: String
  /// Whether the pod does not start without it; it does without a Secret for pulling images, if the
  /// images are public or the node may pull them.
  var isNeededToStart = true
}

extension LandedObject {
  /// What the object's pods refer to; optional references left out.
  var podReferences: [PodReference] {
    guard let pointer = podSpecPointer, let spec = node.value(at: pointer) else { return [] }
    var references: [PodReference] = []
    for list in ["initContainers", "containers", "ephemeralContainers"] {
      for (index, container) in (spec[list]?.sequence ?? []).enumerated() {
        references += Self.references(of: container, at: "\(pointer)/\(list)/\(index)")
      }
    }
    for (index, volume) in (spec["volumes"]?.sequence ?? []).enumerated() {
      references += Self.references(ofVolume: volume, at: "\(pointer)/volumes/\(index)")
    }
    for (index, secret) in (spec["imagePullSecrets"]?.sequence ?? []).enumerated() {
      references += Self.reference(
        "Secret", in: secret, "name", at: "\(pointer)/imagePullSecrets/\(index)"
      ).map { reference in
        var reference = reference
        reference.isNeededToStart = false
        return reference
      }
    }
    return references
  }

  /// Where the spec of the object's pods is, if it is of a kind that has pods.
  var podSpecPointer: String? { Self.podSpecs[identity.kind] }

  private static let podSpecs = [
    "Pod": "/spec", "Deployment": "/spec/template/spec", "StatefulSet": "/spec/template/spec",
    "DaemonSet": "/spec/template/spec", "ReplicaSet": "/spec/template/spec",
    "ReplicationController": "/spec/template/spec", "Job": "/spec/template/spec",
    "CronJob": "/spec/jobTemplate/spec/template/spec",
  ]

  private static func references(of container: Node, at pointer: String) -> [PodReference] {
    var references: [PodReference] = []
    for (index, variable) in (container["env"]?.sequence ?? []).enumerated() {
      for (field, kind) in [("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")] {
        guard let source = variable["valueFrom"]?[field] else { continue }
        references += reference(
          kind, in: source, "name", key: source["key"]?.string,
          at: "\(pointer)/env/\(index)/valueFrom/\(field)")
      }
    }
    for (index, source) in (container["envFrom"]?.sequence ?? []).enumerated() {
      for (field, kind) in [("secretRef", "Secret"), ("configMapRef", "ConfigMap")] {
        references += reference(
          kind, in: source[field], "name", at: "\(pointer)/envFrom/\(index)/\(field)")
      }
    }
    return references
  }

  private static func references(ofVolume volume: Node, at pointer: String) -> [PodReference] {
    var references =
      reference("Secret", in: volume["secret"], "secretName", at: pointer + "/secret")
      + reference("ConfigMap", in: volume["configMap"], "name", at: pointer + "/configMap")
      + reference(
        "PersistentVolumeClaim", in: volume["persistentVolumeClaim"], "claimName",
        at: pointer + "/persistentVolumeClaim")
    for (index, source) in (volume.value(at: "/projected/sources")?.sequence ?? []).enumerated() {
      let below = "\(pointer)/projected/sources/\(index)"
      references += reference("Secret", in: source["secret"], "name", at: below + "/secret")
      references += reference(
        "ConfigMap", in: source["configMap"], "name", at: below + "/configMap")
    }
    return references
  }

  private static func reference(
    _ kind: String, in source: Node?, _ field: String, key: String? = nil, at pointer: String
  ) -> [PodReference] {
    guard let source, source["optional"]?.boolean != true, let name = source[field]?.string,
      !name.isEmpty
    else { return [] }
    return [PodReference(kind: kind, name: name, key: key, pointer: "\(pointer)/\(field)")]
  }
}
