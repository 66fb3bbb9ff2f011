internal import Hummingbird
internal import Manifests

/// How large one Work may be.
///
/// A Kubernetes API server takes objects of at most 1.5 MiB, so no cluster has a Work that is larger
/// than this. Every file is checked, hashed and listed in the receipt, every group may become a
/// commit at each Destination, and every label a row: what has no limit here would be planned for
/// minutes, while other Works of the state store wait.
enum WorkLimits {
  /// How many workloads all groups of a Work may have.
  static let workloads = 10_000
  /// How many groups a Work may have.
  static let groups = 256
  /// How many selectors a group may have.
  static let selectors = 64
  /// How many labels a Work, or a selector, may have.
  static let labels = 256
  /// How many bytes the key of a label may have: a prefix of 253, a slash and a name of 63
  /// (Kubernetes, "Labels and Selectors").
  static let labelKeyBytes = 317
  /// How many bytes the value of a label may have.
  ///
  /// Kubernetes takes 63; other clients label a Work with names, which have up to 253.
  static let labelValueBytes = 253
  /// How many bytes the keys and values of all annotations may have, as in Kubernetes.
  static let annotationBytes = 256 << 10
  /// How many bytes the path of a workload may have.
  static let filepathBytes = 4096
  /// How many bytes a namespace's name may have (RFC 1123 label).
  static let namespaceBytes = 63

  /// Refuses a Work that is too large, before anything of it is unpacked.
  ///
  /// - Parameters:
  ///   - object: The Work as it was sent; fields of another shape than they should be are left to
  ///     its reader.
  ///   - key: Its name.
  /// - Throws: `Problem` with 422 that names what there is too much of, and the limit.
  static func check(_ object: Node, named key: WorkKey) throws(Problem) {
    try check(key.namespace.utf8.count, namespaceBytes, "bytes in the name of its namespace")
    try check(labels: object["metadata"]?["labels"], "")
    let annotations = object["metadata"]?["annotations"]?.mapping?.entries ?? []
    try check(
      annotations.reduce(0) { $0 + $1.key.utf8.count + ($1.value.string?.utf8.count ?? 0) },
      annotationBytes, "bytes of annotations")
    let groups = object["spec"]?["workloadGroups"]?.sequence ?? []
    try check(groups.count, Self.groups, "workload groups")
    try check(
      groups.reduce(0) { $0 + ($1["workloads"]?.sequence?.count ?? 0) }, workloads, "workloads")
    for group in groups {
      for workload in group["workloads"]?.sequence ?? [] {
        try check(
          workload["filepath"]?.string?.utf8.count ?? 0, filepathBytes, "bytes in a filepath")
      }
      let selectors = group["destinationSelectors"]?.sequence ?? []
      try check(selectors.count, Self.selectors, "destination selectors in a group")
      for selector in selectors { try check(labels: selector["matchLabels"], " in a selector") }
    }
  }

  private static func check(labels node: Node?, _ place: String) throws(Problem) {
    let labels = node?.mapping?.entries ?? []
    try check(labels.count, Self.labels, "labels\(place)")
    for label in labels {
      try check(label.key.utf8.count, labelKeyBytes, "bytes in the key of a label\(place)")
      try check(
        label.value.string?.utf8.count ?? 0, labelValueBytes,
        "bytes in the value of a label\(place)")
    }
  }

  private static func check(_ count: Int, _ most: Int, _ what: String) throws(Problem) {
    guard count > most else { return }
    throw Problem(
      .unprocessableContent, "too-large",
      "the Work has \(count) \(what), and \(most) are the most that this service takes; split it")
  }
}
