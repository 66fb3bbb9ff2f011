internal import Crypto

/// Everything that one pipeline run wants in the state stores (`api/v1alpha1/work_types.go`).
public struct Work: Sendable, Hashable {
  /// Where Works of Promises live, and those of requests without a namespace.
  public static let platformNamespace = "kratix-platform-system"

  /// The name: a base that tells what it is for, and five hexadecimal digits.
  public var name: String
  /// The namespace; part of the path of a resource's placements.
  public var namespace: String
  /// The Promise's name.
  public var promiseName: String
  /// The request's name; empty for a dependency.
  public var resourceName: String
  /// The Pipeline's name; empty for static dependencies.
  public var pipelineName: String
  /// Its groups, in Kratix's order: directories first, the default group last.
  public var workloadGroups: [WorkloadGroup]

  /// Puts a Work together.
  public init(
    name: String, namespace: String, promiseName: String, resourceName: String,
    pipelineName: String, workloadGroups: [WorkloadGroup]
  ) {
    self.name = name
    self.namespace = namespace
    self.promiseName = promiseName
    self.resourceName = resourceName
    self.pipelineName = pipelineName
    self.workloadGroups = workloadGroups
  }

  /// Whether it belongs to a Promise and not to a request: it goes to every matching Destination.
  public var isDependency: Bool { resourceName.isEmpty }
}

/// The names that Kratix gives to Works (`lib/objectutil/name.go`, `work-creator/lib`).
public enum WorkName {
  /// The longest base, before the dash and the five digits.
  public static let longestBase = 57

  /// The base of a Work's name, cut as Kratix cuts it.
  ///
  /// - Parameters:
  ///   - context: What the Work is for.
  ///   - namesNamespace: Whether the request's namespace is part of it, as it is when pipelines run
  ///     in a namespace of their own.
  public static func base(
    for context: WorkflowContext, namesNamespace: Bool = false
  ) -> String {
    let names =
      switch context.type {
      case .promise: [context.promise, context.pipeline]
      case .resource where namesNamespace:
        [context.promise, context.name, context.namespace, context.pipeline]
      case .resource: [context.promise, context.name, context.pipeline]
      }
    return shortened(names.joined(separator: "-"))
  }

  /// The base of the Work of a Promise's static dependencies.
  public static func staticDependenciesBase(promise: String) -> String {
    shortened("\(promise)-static-deps")
  }

  /// A whole name for a Work that nobody has named yet.
  ///
  /// Kratix draws the five digits by chance. Outside the cluster they are taken from the base and
  /// the namespace instead, so that the same request always has the same name.
  public static func derived(base: String, namespace: String) -> String {
    let digest = Insecure.MD5.hash(data: Array("\(namespace)/\(base)".utf8)).hexadecimal
    return "\(base)-\(digest.prefix(5))"
  }

  private static func shortened(_ base: String) -> String {
    guard base.utf8.count > longestBase else { return base }
    let cut = String(decoding: base.utf8.prefix(longestBase - 1), as: UTF8.self)
    let end = cut.lastIndex { $0.isASCII && ($0.isLetter || $0.isNumber) }
    return end.map { String(cut[...$0]) } ?? cut
  }
}
