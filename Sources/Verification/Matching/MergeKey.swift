internal import Manifests

/// The fields that name an item of a list, as the `patchMergeKey` tags of Kubernetes' API types
/// and the `list-map-keys` of its schemas say.
struct MergeKey {
  private let fields: [String]

  /// The key of a list, if its field is known and every expected item has it.
  static func of(field: String, items: [Node]) -> MergeKey? {
    guard !items.isEmpty, let candidates = table[field] else { return nil }
    let usable = candidates.first { name in
      items.allSatisfy { item in item[name].map { !$0.isNull } ?? false }
    }
    guard let usable else { return nil }
    // Two ports may share a number under two protocols.
    return MergeKey(fields: field == "ports" && usable != "name" ? [usable, "protocol"] : [usable])
  }

  func matches(_ expected: Node, _ actual: Node) -> Bool {
    fields.allSatisfy { field in
      guard let wanted = expected[field] else { return true }
      return wanted == actual[field] ?? (field == "protocol" ? "TCP" : nil)
    }
  }

  private static let table: [String: [String]] = [
    "containers": ["name"],
    "initContainers": ["name"],
    "ephemeralContainers": ["name"],
    "env": ["name"],
    "volumes": ["name"],
    "imagePullSecrets": ["name"],
    "ports": ["containerPort", "port", "name"],
    "volumeMounts": ["mountPath"],
    "volumeDevices": ["devicePath"],
    "hostAliases": ["ip"],
    "topologySpreadConstraints": ["topologyKey"],
    "conditions": ["type"],
    "ownerReferences": ["uid", "name"],
    "secrets": ["name"],
    "resourceClaims": ["name"],
    "volumeClaimTemplates": ["name"],
    "versions": ["name"],
    "webhooks": ["name"],
  ]
}
