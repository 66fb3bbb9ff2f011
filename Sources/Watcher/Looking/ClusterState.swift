import Application
import Kratix
import KubernetesAPI
import Manifests

/// The requests of a cluster, and the Works and WorkPlacements that Kratix made of them.
struct ClusterState: Sendable {
  /// An object that belongs to a request.
  struct Part: Sendable {
    let key: RequestKey
    let node: Node
  }

  /// What is watched.
  enum Source: Hashable, Sendable {
    /// The requests of a Promise.
    case requests(promise: String)
    case works
    case placements
    /// Objects of the platform, which are only looked at for changes.
    case platform(kind: String)
  }

  private(set) var requests: [RequestKey: WatchedRequest] = [:]
  /// Requests that cannot be read, with the reason.
  private(set) var faults: [RequestKey: String] = [:]
  private var parts: [Source: [String: Part]] = [.works: [:], .placements: [:]]
  private var partsOfRequest: [Source: [RequestKey: Set<String>]] = [:]
  /// The sources whose first list has come.
  private(set) var listed: Set<Source> = []
  /// Why a source cannot be watched now.
  private(set) var interruptions: [Source: KubernetesError] = [:]

  /// Takes what a watch says.
  ///
  /// - Returns: The requests that have changed, or whose Works or WorkPlacements have.
  mutating func apply(_ update: WatchUpdate, of source: Source, server: String) -> Set<RequestKey> {
    switch update {
    case .current:
      interruptions[source] = nil
      return []
    case .interrupted(let error):
      interruptions[source] = error
      return []
    case .listed(let nodes):
      interruptions[source] = nil
      listed.insert(source)
      return replaceAll(nodes, of: source, server: server)
    case .changed(let node): return put(node, of: source, server: server)
    case .deleted(let node): return remove(node, of: source)
    }
  }

  /// Forgets the requests of a Promise.
  mutating func forget(_ source: Source) {
    guard case .requests(let promise) = source else { return }
    requests = requests.filter { $0.key.promise != promise }
    faults = faults.filter { $0.key.promise != promise }
    listed.remove(source)
    interruptions[source] = nil
  }

  /// The Works or WorkPlacements of a request.
  func parts(_ source: Source, of key: RequestKey) -> [Node] {
    (partsOfRequest[source]?[key] ?? []).sorted().compactMap { parts[source]?[$0]?.node }
  }

  /// Remembers the condition that was set, until the watch says so.
  mutating func remember(_ condition: StatusCondition, of key: RequestKey) {
    requests[key]?.known = condition
  }
}

extension ClusterState {
  private mutating func replaceAll(
    _ nodes: [Node], of source: Source, server: String
  ) -> Set<RequestKey> {
    var changed: Set<RequestKey> = []
    switch source {
    case .requests(let promise):
      let former = Set(requests.keys).union(faults.keys).filter { $0.promise == promise }
      var present: Set<RequestKey> = []
      for node in nodes {
        if let key = Self.key(of: node, promise: promise) { present.insert(key) }
        changed.formUnion(put(node, of: source, server: server))
      }
      for key in former.subtracting(present) {
        requests[key] = nil
        faults[key] = nil
      }
      changed.formUnion(former.subtracting(present))
    case .works, .placements, .platform:
      let former = Set(parts[source]?.keys.map(\.self) ?? [])
      let present = Set(nodes.map(Self.title))
      for title in former.subtracting(present) { changed.formUnion(removePart(title, of: source)) }
      for node in nodes { changed.formUnion(put(node, of: source, server: server)) }
    }
    return changed
  }

  private mutating func put(
    _ node: Node, of source: Source, server: String
  ) -> Set<RequestKey> {
    guard case .requests(let promise) = source else { return putPart(node, of: source) }
    guard let key = Self.key(of: node, promise: promise) else { return [] }
    let file = ManifestFile(object: node, from: server)
    do throws(ManifestError) {
      guard let object = file.objects.first else { return [] }
      let new = try WatchedRequest(PlatformObject(object, file: file.name), promise: promise)
      faults[key] = nil
      defer { requests[key] = new }
      return requests[key]?.saysTheSame(as: new) == true ? [] : [key]
    } catch {
      faults[key] = "\(error)"
      requests[key] = nil
      return [key]
    }
  }

  private mutating func remove(_ node: Node, of source: Source) -> Set<RequestKey> {
    guard case .requests(let promise) = source else {
      return removePart(Self.title(node), of: source)
    }
    guard let key = Self.key(of: node, promise: promise) else { return [] }
    requests[key] = nil
    faults[key] = nil
    return [key]
  }

  private mutating func putPart(_ node: Node, of source: Source) -> Set<RequestKey> {
    guard let key = Self.owner(of: node) else { return [] }
    let title = Self.title(node)
    var changed = parts[source]?[title]?.key == key ? [] : removePart(title, of: source)
    parts[source, default: [:]][title] = Part(key: key, node: node)
    partsOfRequest[source, default: [:]][key, default: []].insert(title)
    changed.insert(key)
    return changed
  }

  private mutating func removePart(_ title: String, of source: Source) -> Set<RequestKey> {
    guard let part = parts[source]?.removeValue(forKey: title) else { return [] }
    partsOfRequest[source]?[part.key]?.remove(title)
    return [part.key]
  }

  private static func key(of node: Node, promise: String) -> RequestKey? {
    guard let name = node.value(at: "/metadata/name")?.string else { return nil }
    let namespace = node.value(at: "/metadata/namespace")?.string ?? "default"
    return RequestKey(promise: promise, namespace: namespace, name: name)
  }

  /// The request of a Work or WorkPlacement; `nil` for those of a Promise itself.
  private static func owner(of node: Node) -> RequestKey? {
    guard let promise = node.value(at: "/spec/promiseName")?.string,
      let name = node.value(at: "/spec/resourceName")?.string, !name.isEmpty
    else { return nil }
    let label = node.value(at: "/metadata/labels")?["kratix.io/resource-namespace"]?.string
    let namespace =
      label.flatMap { $0.isEmpty ? nil : $0 }
      ?? node.value(at: "/metadata/namespace")?.string ?? "default"
    return RequestKey(promise: promise, namespace: namespace, name: name)
  }

  private static func title(_ node: Node) -> String {
    let namespace = node.value(at: "/metadata/namespace")?.string ?? ""
    return "\(namespace)/\(node.value(at: "/metadata/name")?.string ?? "")"
  }
}

extension WatchedRequest {
  /// Whether nothing has changed on which a judgement depends.
  ///
  /// Our own condition does not count, unless others took it away.
  fileprivate func saysTheSame(as new: WatchedRequest) -> Bool {
    let (old, now) = (request.node, new.request.node)
    return progress == new.progress && reference == new.reference && old["spec"] == now["spec"]
      && old.value(at: "/metadata/labels") == now.value(at: "/metadata/labels")
      && (known == nil || new.known != nil)
  }
}
