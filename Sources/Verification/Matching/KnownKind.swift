internal import Manifests

/// What Kubernetes' own kinds have, as far as verification needs it.
///
/// Kinds of other groups may have anything; nothing is held against a field of theirs.
struct KnownKind {
  let isClusterScoped: Bool
  /// The fields beside `apiVersion`, `kind`, `metadata` and `status`.
  let fields: Set<String>
  /// The fields of `spec`; `nil` where they are not known.
  let specFields: Set<String>?

  /// What is known of an object's kind; `nil` for one that is not Kubernetes' own.
  static func of(_ identity: ObjectIdentity) -> KnownKind? {
    table[identity.group.isEmpty ? identity.kind : "\(identity.group)/\(identity.kind)"]
  }

  /// The versions that Kubernetes serves of a kind of its own, where an object has another version, or
  /// one of another of its groups, as a Deployment of `v1`; `nil` for any other object.
  static func versions(insteadOf identity: ObjectIdentity) -> [String]? {
    if of(identity) != nil {
      guard identity.version != "v1" else { return nil }
      let served = versions(of: identity.group)
      return served.contains(identity.apiVersion) ? nil : served
    }
    guard groups.contains(identity.group), let home = homes[identity.kind] else { return nil }
    return versions(of: home)
  }

  private static func versions(of group: String) -> [String] {
    let versions = group == "autoscaling" ? ["v2", "v1"] : ["v1"]
    return versions.map { group.isEmpty ? $0 : "\(group)/\($0)" }
  }

  /// The groups of the kinds, and one that Kubernetes has no more.
  private static let groups = Set(homes.values).union(["extensions"])

  private static let homes: [String: String] = Dictionary(
    table.keys.map { key in
      let parts = key.split(separator: "/").map(String.init)
      return (parts[parts.count - 1], parts.count == 1 ? "" : parts[0])
    }, uniquingKeysWith: { first, _ in first })

  private static func namespaced(
    _ fields: String = "spec", spec: String? = nil
  ) -> KnownKind {
    KnownKind(
      isClusterScoped: false, fields: words(fields), specFields: spec.map(words))
  }

  private static func clusterScoped(
    _ fields: String = "spec", spec: String? = nil
  ) -> KnownKind {
    KnownKind(isClusterScoped: true, fields: words(fields), specFields: spec.map(words))
  }

  private static func words(_ text: String) -> Set<String> {
    Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
  }
}

extension KnownKind {
  /// Kubernetes' API reference, v1.33.
  private static let table: [String: KnownKind] = [
    "ConfigMap": namespaced("data binaryData immutable"),
    "Secret": namespaced("data stringData type immutable sops"),
    "ServiceAccount": namespaced("secrets imagePullSecrets automountServiceAccountToken"),
    "Service": namespaced(spec: serviceSpec),
    "PersistentVolumeClaim": namespaced(spec: claimSpec),
    "Pod": namespaced(),
    "ReplicationController": namespaced(spec: "minReadySeconds replicas selector template"),
    "ResourceQuota": namespaced(spec: "hard scopes scopeSelector"),
    "LimitRange": namespaced(spec: "limits"),
    "Endpoints": namespaced("subsets"),
    "PodTemplate": namespaced("template"),
    "Namespace": clusterScoped(spec: "finalizers"),
    "Node": clusterScoped(),
    "PersistentVolume": clusterScoped(),
    "apps/Deployment": namespaced(spec: deploymentSpec),
    "apps/StatefulSet": namespaced(spec: statefulSetSpec),
    "apps/DaemonSet": namespaced(
      spec: "minReadySeconds revisionHistoryLimit selector template updateStrategy"),
    "apps/ReplicaSet": namespaced(spec: "minReadySeconds replicas selector template"),
    "apps/ControllerRevision": namespaced("data revision"),
    "batch/Job": namespaced(spec: jobSpec),
    "batch/CronJob": namespaced(spec: cronJobSpec),
    "networking.k8s.io/Ingress": namespaced(spec: "defaultBackend ingressClassName rules tls"),
    "networking.k8s.io/NetworkPolicy": namespaced(
      spec: "egress ingress podSelector policyTypes"),
    "networking.k8s.io/IngressClass": clusterScoped(),
    "policy/PodDisruptionBudget": namespaced(
      spec: "maxUnavailable minAvailable selector unhealthyPodEvictionPolicy"),
    "autoscaling/HorizontalPodAutoscaler": namespaced(
      spec: "behavior maxReplicas metrics minReplicas scaleTargetRef "
        + "targetCPUUtilizationPercentage"),
    "rbac.authorization.k8s.io/Role": namespaced("rules"),
    "rbac.authorization.k8s.io/RoleBinding": namespaced("roleRef subjects"),
    "rbac.authorization.k8s.io/ClusterRole": clusterScoped("aggregationRule rules"),
    "rbac.authorization.k8s.io/ClusterRoleBinding": clusterScoped("roleRef subjects"),
    "storage.k8s.io/StorageClass": clusterScoped(
      "allowVolumeExpansion allowedTopologies mountOptions parameters provisioner reclaimPolicy "
        + "volumeBindingMode"),
    "storage.k8s.io/CSIDriver": clusterScoped(),
    "scheduling.k8s.io/PriorityClass": clusterScoped(
      "description globalDefault preemptionPolicy value"),
    "apiextensions.k8s.io/CustomResourceDefinition": clusterScoped(
      spec: "conversion group names preserveUnknownFields scope versions"),
    "apiregistration.k8s.io/APIService": clusterScoped(),
    "admissionregistration.k8s.io/MutatingWebhookConfiguration": clusterScoped("webhooks"),
    "admissionregistration.k8s.io/ValidatingWebhookConfiguration": clusterScoped("webhooks"),
  ]

  private static let serviceSpec = """
    allocateLoadBalancerNodePorts clusterIP clusterIPs externalIPs externalName
    externalTrafficPolicy healthCheckNodePort internalTrafficPolicy ipFamilies ipFamilyPolicy
    loadBalancerClass loadBalancerIP loadBalancerSourceRanges ports publishNotReadyAddresses
    selector sessionAffinity sessionAffinityConfig trafficDistribution type
    """

  private static let claimSpec = """
    accessModes dataSource dataSourceRef resources selector storageClassName
    volumeAttributesClassName volumeMode volumeName
    """

  private static let deploymentSpec = """
    minReadySeconds paused progressDeadlineSeconds replicas revisionHistoryLimit selector strategy
    template
    """

  private static let statefulSetSpec = """
    minReadySeconds ordinals persistentVolumeClaimRetentionPolicy podManagementPolicy replicas
    revisionHistoryLimit selector serviceName template updateStrategy volumeClaimTemplates
    """

  private static let jobSpec = """
    activeDeadlineSeconds backoffLimit backoffLimitPerIndex completionMode completions managedBy
    manualSelector maxFailedIndexes parallelism podFailurePolicy podReplacementPolicy selector
    successPolicy suspend template ttlSecondsAfterFinished
    """

  private static let cronJobSpec = """
    concurrencyPolicy failedJobsHistoryLimit jobTemplate schedule startingDeadlineSeconds
    successfulJobsHistoryLimit suspend timeZone
    """
}
