import Application
import Kratix
import KubernetesAPI
import Manifests

/// The requests of a cluster, and the Works and WorkPlacements that Kratix made of them.
struct ClusterState: Sendable {
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
  private var parts: [Source: [String: RequestPart]] = [.works: [:], .placements: [:]]
  private var partsOfRequest: [Source: [RequestKey: Set<String>]] = [:]
  /// The sources whose first list has come.
  private(set) var listed: Set<Source> = []
  /// Why a source cannot be watched now.
  private(set) var interruptions: [Source: KubernetesError] = [:]

  /// Takes what a watch says of the requests of a Promise.
  ///
  /// - Returns: The requests that have changed.
  mutating func apply(
    _ update: WatchUpdate<ListedRequest>, ofPromise promise: String
  ) -> Set<RequestKey> {
    note(update, of: .requests(promise: promise))
    switch update {
    case .current, .interrupted: return []
    case .listed(let items):
      let present = Set(items.map(\.key))
      let known = requests.keys.map(\.self) + faults.keys.map(\.self)
      let gone = known.filter { $0.promise == promise && !present.contains($0) }
      for key in gone { forget(key) }
      return items.reduce(into: Set(gone)) { $0.formUnion(put($1)) }
    case .changed(let item): return put(item)
    case .deleted(let item):
      forget(item.key)
      return [item.key]
    }
  }

  /// Takes what a watch says of Works or WorkPlacements.
  ///
  /// - Returns: The requests of which these have changed.
  mutating func apply(_ update: WatchUpdate<RequestPart>, of source: Source) -> Set<RequestKey> {
    note(update, of: source)
    switch update {
    case .current, .interrupted: return []
    case .listed(let items):
      let gone = Set(parts[source]?.keys.map(\.self) ?? []).subtracting(items.map(\.title))
      let changed = gone.reduce(into: Set()) { $0.formUnion(remove($1, of: source)) }
      return items.reduce(into: changed) { $0.formUnion(put($1, of: source)) }
    case .changed(let item): return put(item, of: source)
    case .deleted(let item): return remove(item.title, of: source)
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
    (partsOfRequest[source]?[key] ?? []).sorted().compactMap { parts[source]?[$0]?.object?.node }
  }

  /// Remembers the condition that was set, until the watch says so.
  mutating func remember(_ condition: StatusCondition, of key: RequestKey) {
    requests[key]?.known = condition
  }
}

extension ClusterState {
  private mutating func note<Object>(_ update: WatchUpdate<Object>, of source: Source) {
    switch update {
    case .current: interruptions[source] = nil
    case .interrupted(let error): interruptions[source] = error
    case .listed:
      interruptions[source] = nil
      listed.insert(source)
    case .changed, .deleted: break
    }
  }

  private mutating func forget(_ key: RequestKey) {
    requests[key] = nil
    faults[key] = nil
  }

  private mutating func put(_ item: ListedRequest) -> Set<RequestKey> {
    switch item.content {
    case .success(let new):
      faults[item.key] = nil
      let former = requests.updateValue(new, forKey: item.key)
      return former?.saysTheSame(as: new) == true ? [] : [item.key]
    case .failure(let error):
      requests[item.key] = nil
      faults[item.key] = "\(error)"
      return [item.key]
    }
  }

  private mutating func put(_ part: RequestPart, of source: Source) -> Set<RequestKey> {
    guard let owner = part.owner, part.object != parts[source]?[part.title]?.object else {
      return []
    }
    var changed = parts[source]?[part.title]?.owner == owner ? [] : remove(part.title, of: source)
    parts[source, default: [:]][part.title] = part
    partsOfRequest[source, default: [:]][owner, default: []].insert(part.title)
    changed.insert(owner)
    return changed
  }

  private mutating func remove(_ title: String, of source: Source) -> Set<RequestKey> {
    guard let owner = parts[source]?.removeValue(forKey: title)?.owner else { return [] }
    partsOfRequest[source]?[owner]?.remove(title)
    if partsOfRequest[source]?[owner]?.isEmpty == true { partsOfRequest[source]?[owner] = nil }
    return [owner]
  }
}

/// A request as a watch says it, or why it cannot be read.
struct ListedRequest: Sendable {
  let key: RequestKey
  let content: Result<WatchedRequest, ManifestError>

  init(_ node: Node, ofPromise promise: String, from server: String) {
    key = RequestKey(
      promise: promise, namespace: node.value(at: "/metadata/namespace")?.string ?? "default",
      name: node.value(at: "/metadata/name")?.string ?? "")
    let file = ManifestFile(object: node, from: server)
    content = Result { () throws(ManifestError) in
      guard let object = file.objects.first else {
        throw ManifestError(
          code: .invalidField, file: file.name, position: nil, message: "it has no kind or no name")
      }
      return try WatchedRequest(PlatformObject(object, file: file.name), promise: promise)
    }
  }
}

/// A Work or a WorkPlacement.
struct RequestPart: Sendable {
  /// `NAMESPACE/NAME`.
  let title: String
  /// The request that it belongs to; `nil` for what belongs to a Promise.
  let owner: RequestKey?
  /// `nil` for what belongs to a Promise.
  let object: KeptObject?

  init(_ node: Node) {
    let namespace = node.value(at: "/metadata/namespace")?.string
    title = "\(namespace ?? "")/\(node.value(at: "/metadata/name")?.string ?? "")"
    guard let promise = node.value(at: "/spec/promiseName")?.string,
      let name = node.value(at: "/spec/resourceName")?.string, !name.isEmpty
    else {
      owner = nil
      object = nil
      return
    }
    let label = node.value(at: "/metadata/labels")?["kratix.io/resource-namespace"]?.string
    owner = RequestKey(
      promise: promise,
      namespace: label.flatMap { $0.isEmpty ? nil : $0 } ?? namespace ?? "default", name: name)
    object = KeptObject(node.withoutWorkloads)
  }
}

extension Node {
  /// A WorkPlacement without its copy of what the Work holds.
  fileprivate var withoutWorkloads: Node {
    guard var fields = mapping, var spec = fields["spec"]?.mapping else { return self }
    spec["workloads"] = nil
    fields["spec"] = Node(.mapping(spec))
    return Node(.mapping(fields))
  }
}
