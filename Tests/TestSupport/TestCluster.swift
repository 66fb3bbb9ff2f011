package import Manifests
import Synchronization

/// The objects of a Kubernetes API server, as far as tests need it: versions, RBAC, optimistic locking,
/// server-side apply of conditions, pages and watches.
///
/// The answers have the shapes of kube-apiserver 1.20 to 1.33.
package final class TestCluster: Sendable {
  /// A kind that the server serves.
  package struct Resource: Sendable, Hashable {
    package var group: String
    package var version: String
    package var plural: String
    package var kind: String
    package var isNamespaced = true
    /// Whether conditions are merged by type; Kratix's requests have one list.
    package var mergesConditions = false

    package init(
      _ group: String, _ version: String, _ plural: String, _ kind: String,
      isNamespaced: Bool = true, mergesConditions: Bool = false
    ) {
      self.group = group
      self.version = version
      self.plural = plural
      self.kind = kind
      self.isNamespaced = isNamespaced
      self.mergesConditions = mergesConditions
    }

    var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
    var qualifiedName: String { group.isEmpty ? plural : "\(plural).\(group)" }
  }

  /// A change, as watches show it.
  struct Change: Sendable {
    let number: Int
    let type: String
    let key: Key
    let object: Node
  }

  struct Key: Hashable, Sendable {
    let resource: Resource
    let namespace: String
    let name: String
  }

  fileprivate struct State {
    var resources: [Resource]
    var objects: [Key: Node] = [:]
    var version = 1000
    var changes: [Change] = []
    /// Watches from before this version are answered with 410.
    var oldest = 0
    var denied: Set<String> = []
    /// The tokens that are accepted; `nil` accepts everything.
    var tokens: Set<String>?
    var listeners: [Int: @Sendable (Change?) -> Void] = [:]
    var lastListener = 0
  }

  fileprivate let state: Mutex<State>

  package init(_ resources: [Resource]) { state = Mutex(State(resources: resources)) }

  /// What every cluster has, besides what a test adds.
  package static let standard: [Resource] = [
    Resource("", "v1", "configmaps", "ConfigMap"), Resource("", "v1", "secrets", "Secret"),
    Resource("", "v1", "pods", "Pod"), Resource("batch", "v1", "jobs", "Job"),
    Resource("coordination.k8s.io", "v1", "leases", "Lease"),
    Resource("events.k8s.io", "v1", "events", "Event"),
  ]

  /// Kratix's kinds.
  package static let kratix: [Resource] = [
    ("gitstatestores", "GitStateStore", false), ("bucketstatestores", "BucketStateStore", false),
    ("destinations", "Destination", false), ("promises", "Promise", false),
    ("promiserevisions", "PromiseRevision", false), ("resourcebindings", "ResourceBinding", true),
    ("works", "Work", true), ("workplacements", "WorkPlacement", true),
  ].map { Resource("platform.kratix.io", "v1alpha1", $0.0, $0.1, isNamespaced: $0.2) }
}

// MARK: What tests do

extension TestCluster {
  /// Installs a kind.
  package func install(_ resource: Resource) { state.withLock { $0.resources.append(resource) } }

  /// Removes a kind.
  package func uninstall(_ plural: String) {
    state.withLock { $0.resources.removeAll { $0.plural == plural } }
  }

  /// Creates or replaces objects, as their controllers would.
  package func put(_ objects: Node...) throws {
    for object in objects { try put(object) }
  }

  private func put(_ object: Node) throws {
    try state.withLock { state in
      guard let identity = ObjectIdentity(object),
        let resource = state.resources.first(where: {
          $0.kind == identity.kind && $0.apiVersion == identity.apiVersion
        })
      else { throw TestFailure("the cluster has no such kind: \(object)") }
      let key = Key(
        resource: resource,
        namespace: resource.isNamespaced ? identity.namespace ?? "default" : "",
        name: identity.name)
      var object = object
      if object.value(at: "/status/conditions") != nil {
        object = object.owned(by: "kratix", operation: "Update", in: resource)
      }
      state.store(object, at: key)
    }
  }

  /// Deletes an object.
  package func delete(_ plural: String, namespace: String = "", _ name: String) {
    state.withLock { state in
      guard
        let key = state.objects.keys.first(where: {
          $0.resource.plural == plural && $0.namespace == namespace && $0.name == name
        }), let object = state.objects.removeValue(forKey: key)
      else { return }
      state.record("DELETED", key, object)
    }
  }

  /// The object of a name.
  package func object(_ plural: String, namespace: String = "", _ name: String) -> Node? {
    objects(plural).first {
      $0.value(at: "/metadata/name")?.string == name
        && ($0.value(at: "/metadata/namespace")?.string ?? "") == namespace
    }
  }

  /// All objects of a kind.
  package func objects(_ plural: String) -> [Node] {
    state.withLock { state in
      state.objects.filter { $0.key.resource.plural == plural }.sorted { $0.key < $1.key }
        .map(\.value)
    }
  }

  /// Takes a verb on a resource away: `list secrets`.
  package func deny(_ rule: String) { state.withLock { _ = $0.denied.insert(rule) } }

  /// Gives it back.
  package func allow(_ rule: String) { state.withLock { _ = $0.denied.remove(rule) } }

  /// Accepts only these tokens from now on.
  package func accept(_ tokens: Set<String>) { state.withLock { $0.tokens = tokens } }

  /// Forgets all changes so far, as compaction of etcd does.
  package func compact() {
    state.withLock { state in
      state.oldest = state.version
      state.changes = []
    }
  }

  /// Ends all watches that are open.
  package func endWatches() {
    let listeners = state.withLock { state in
      defer { state.listeners = [:] }
      return state.listeners.values.map(\.self)
    }
    for listener in listeners { listener(nil) }
  }

  /// The number of watches that are open.
  package var watchCount: Int { state.withLock { $0.listeners.count } }
}

extension TestCluster.Key: Comparable {
  static func < (left: Self, right: Self) -> Bool {
    (left.resource.plural, left.namespace, left.name)
      < (right.resource.plural, right.namespace, right.name)
  }
}

// MARK: What the server asks

extension TestCluster {
  func accepts(token: String?) -> Bool {
    state.withLock { $0.tokens.map { $0.contains(token ?? "") } ?? true }
  }

  func isDenied(_ verb: String, _ resource: Resource, _ subresource: String?) -> Bool {
    let name = resource.plural + (subresource.map { "/\($0)" } ?? "")
    return state.withLock { $0.denied.contains("\(verb) \(name)") }
  }

  func resources(group: String) -> [Resource] {
    state.withLock { $0.resources.filter { $0.group == group } }
  }

  /// The objects after a key, in order, and the version that they are of.
  func page(
    of resource: Resource, namespace: String?, labels: [String: String], after last: Key?,
    limit: Int
  ) -> (items: [(key: Key, object: Node)], hasMore: Bool, version: Int, oldest: Int) {
    state.withLock { state in
      let all = state.objects.filter { key, object in
        key.resource == resource && (namespace == nil || key.namespace == namespace)
          && object.has(labels) && (last.map { $0 < key } ?? true)
      }.sorted { $0.key < $1.key }
      let items = all.prefix(limit).map { (key: $0.key, object: $0.value) }
      return (items, all.count > limit, state.version, state.oldest)
    }
  }

  /// Calls a listener with the changes since a version and with all that follow; `nil` ends it.
  ///
  /// - Returns: A number to remove it by; `nil` if the version is too old.
  func listen(
    from version: Int, _ listener: @escaping @Sendable (Change?) -> Void
  ) -> Int? {
    state.withLock { state in
      guard version >= state.oldest else { return nil }
      for change in state.changes where change.number > version { listener(change) }
      state.lastListener += 1
      state.listeners[state.lastListener] = listener
      return state.lastListener
    }
  }

  func stopListening(_ number: Int) {
    state.withLock { _ = $0.listeners.removeValue(forKey: number) }
  }

  var version: Int { state.withLock { $0.version } }

  func get(_ key: Key) -> Node? { state.withLock { $0.objects[key] } }

  /// The outcome of a write: the object, or an HTTP status with its reason.
  enum Written {
    case stored(Node, isNew: Bool)
    case refused(Int, String)
  }

  func create(_ object: Node, at key: Key) -> Written {
    state.withLock { state in
      guard state.objects[key] == nil else { return .refused(409, "AlreadyExists") }
      return .stored(state.store(object, at: key), isNew: true)
    }
  }

  func replace(_ object: Node, at key: Key) -> Written {
    state.withLock { state in
      guard let known = state.objects[key] else { return .refused(404, "NotFound") }
      guard object.isCurrent(with: known) else { return .refused(409, "Conflict") }
      return .stored(state.store(object, at: key), isNew: false)
    }
  }

  /// Server-side apply of `status`.
  func applyStatus(_ fields: Node, to key: Key, manager: String, force: Bool) -> Written {
    state.withLock { state in
      guard let known = state.objects[key] else { return .refused(404, "NotFound") }
      guard fields.isCurrent(with: known) else { return .refused(409, "Conflict") }
      let merges = key.resource.mergesConditions
      let own = fields.value(at: "/status/conditions")?.sequence ?? []
      let all = known.value(at: "/status/conditions")?.sequence ?? []
      if !merges, !force, !all.isEmpty, own != all { return .refused(409, "Conflict") }
      let types = Set(own.compactMap { $0["type"]?.string })
      let conditions =
        merges ? all.filter { !types.contains($0["type"]?.string ?? "") } + own : own
      let status = known["status"] ?? [:]
      let object = known.merging([
        "status": status.merging(["conditions": Node(.sequence(conditions))])
      ]).owned(by: manager, operation: "Apply", in: key.resource)
      return .stored(state.store(object, at: key), isNew: false)
    }
  }
}

extension TestCluster.State {
  @discardableResult
  fileprivate mutating func store(_ object: Node, at key: TestCluster.Key) -> Node {
    let isNew = objects[key] == nil
    version += 1
    var metadata: Mapping = object["metadata"]?.mapping ?? [:]
    metadata["name"] = Node(.string(key.name))
    if key.resource.isNamespaced { metadata["namespace"] = Node(.string(key.namespace)) }
    metadata["resourceVersion"] = Node(.string(String(version)))
    if metadata["uid"] == nil {
      metadata["uid"] = objects[key]?.value(at: "/metadata/uid") ?? Node(.string("uid-\(version)"))
    }
    let stored = object.merging(["metadata": Node(.mapping(metadata))])
    objects[key] = stored
    record(isNew ? "ADDED" : "MODIFIED", key, stored)
    return stored
  }

  fileprivate mutating func record(_ type: String, _ key: TestCluster.Key, _ object: Node) {
    if type == "DELETED" { version += 1 }
    let change = TestCluster.Change(number: version, type: type, key: key, object: object)
    changes.append(change)
    for listener in listeners.values { listener(change) }
  }
}

extension Node {
  /// JSON merge patch, RFC 7396.
  fileprivate func merging(_ patch: Node) -> Node {
    guard let changes = patch.mapping else { return patch }
    var fields = mapping ?? [:]
    for entry in changes.entries {
      fields[entry.key] =
        entry.value.isNull ? nil : (fields[entry.key] ?? .null).merging(entry.value)
    }
    return Node(.mapping(fields))
  }

  /// Whether the resourceVersion, where there is one, is that of the object.
  fileprivate func isCurrent(with known: Node) -> Bool {
    guard let version = value(at: "/metadata/resourceVersion")?.string else { return true }
    return version == known.value(at: "/metadata/resourceVersion")?.string
  }

  fileprivate func has(_ labels: [String: String]) -> Bool {
    let own = value(at: "/metadata/labels")
    return labels.allSatisfy { own?[$0.key]?.string == $0.value }
  }

  /// The object with `managedFields` that tell who owns its conditions.
  fileprivate func owned(
    by manager: String, operation: String, in resource: TestCluster.Resource
  ) -> Node {
    var owned: Mapping = [:]
    if resource.mergesConditions {
      for condition in value(at: "/status/conditions")?.sequence ?? [] {
        owned["k:{\"type\":\"\(condition["type"]?.string ?? "")\"}"] = [".": [:]]
      }
    }
    let entry: Node = [
      "manager": Node(.string(manager)), "operation": Node(.string(operation)),
      "fieldsType": "FieldsV1", "subresource": "status",
      "fieldsV1": ["f:status": ["f:conditions": Node(.mapping(owned))]],
    ]
    let others = (value(at: "/metadata/managedFields")?.sequence ?? []).filter {
      $0["manager"]?.string != manager && resource.mergesConditions
    }
    return merging(["metadata": ["managedFields": Node(.sequence(others + [entry]))]])
  }
}
