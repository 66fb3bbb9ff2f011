internal import Foundation
internal import GitTransport
internal import Manifests

/// Kubeconfig files, merged as kubectl merges them: the first file that has a context, cluster or user
/// of a name counts, and the first `current-context` that is not empty.
struct Kubeconfig {
  private(set) var currentContext: String?
  private var contexts: [KubeconfigEntry] = []
  private var clusters: [KubeconfigEntry] = []
  private var users: [KubeconfigEntry] = []
  private let files: [String]

  /// - Throws: `KubernetesError` with `invalid-configuration`, and file, line and field.
  init(_ files: [(path: String, bytes: [UInt8])]) throws(KubernetesError) {
    self.files = files.map(\.path)
    for file in files {
      let root = try Self.converting { () throws(ManifestError) in
        try ManifestFile(parsing: file.bytes, name: file.path).documents.first?.root
      }
      guard let root, !root.isNull else { continue }
      try Self.converting { () throws(ManifestError) in try add(root, of: file.path) }
    }
  }

  private mutating func add(_ root: Node, of file: String) throws(ManifestError) {
    _ = try Node(.sequence([root])).require(.mapping, at: "/0", in: file)
    let current = try root.optional(.string, at: "/current-context", in: file) ?? ""
    if currentContext == nil, !current.isEmpty { currentContext = current }
    contexts = Self.merged(contexts, try Self.entries("contexts", of: root, in: file))
    clusters = Self.merged(clusters, try Self.entries("clusters", of: root, in: file))
    users = Self.merged(users, try Self.entries("users", of: root, in: file))
  }

  private static func merged(_ known: [KubeconfigEntry], _ new: [KubeconfigEntry])
    -> [KubeconfigEntry]
  {
    let names = Set(known.map(\.name))
    return known + new.filter { !names.contains($0.name) }
  }

  private static func entries(
    _ field: String, of root: Node, in file: String
  ) throws(ManifestError) -> [KubeconfigEntry] {
    var entries: [KubeconfigEntry] = []
    for index in (try root.optional(.sequence, at: "/\(field)", in: file) ?? []).indices {
      let pointer = "/\(field)/\(index)"
      let name = try root.require(.nonEmptyString, at: "\(pointer)/name", in: file)
      // "contexts" are a list of "context", and so on.
      let value = root.value(at: "\(pointer)/\(field.dropLast())") ?? Node(.mapping([:]))
      // Of two entries of one file kubectl takes the last.
      entries.removeAll { $0.name == name }
      entries.append(KubeconfigEntry(name: name, node: value, file: file))
    }
    return entries
  }

  private static func converting<Value>(
    _ body: () throws(ManifestError) -> Value
  ) throws(KubernetesError) -> Value {
    do throws(ManifestError) {
      return try body()
    } catch {
      throw KubernetesError(.invalidConfiguration, "kubeconfig \(error)")
    }
  }
}

extension Kubeconfig {
  var contextNames: [String] { contexts.map(\.name).sorted() }

  /// How the cluster of a context is reached.
  ///
  /// - Parameters:
  ///   - name: The context; `nil` for the current one.
  ///   - read: Reads a file that the kubeconfig names.
  /// - Throws: `KubernetesError` with `invalid-configuration` that names file, context and remedy.
  func access(
    context name: String?, read: (String) throws(KubernetesError) -> [UInt8]
  ) throws(KubernetesError) -> ClusterAccess {
    let place = files.joined(separator: ", ")
    guard let name = name ?? currentContext else {
      throw KubernetesError(
        .invalidConfiguration,
        "\(place): no current-context is set; give --context, one of: \(Self.names(contexts))")
    }
    guard let context = contexts.first(where: { $0.name == name }) else {
      throw KubernetesError(
        .invalidConfiguration,
        "\(place): there is no context \(name); there are: \(Self.names(contexts))")
    }
    let origin = "context \(name) of \(context.file)"
    let cluster = try entry(context, "cluster", in: clusters, origin)
    let fields = EntryFields(cluster)
    var access = try fields.access(origin: origin)
    access.authorities = try fields.bytes("certificate-authority", origin, read: read)
    access.namespace = context.node["namespace"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    // A context without a user is one without credentials.
    if context.node["user"]?.string.map(\.isEmpty) == false {
      let user = try entry(context, "user", in: users, origin)
      try EntryFields(user).addCredentials(to: &access, read: read)
    }
    return access
  }

  private func entry(
    _ context: KubeconfigEntry, _ field: String, in entries: [KubeconfigEntry], _ origin: String
  ) throws(KubernetesError) -> KubeconfigEntry {
    guard let name = context.node[field]?.string, !name.isEmpty else {
      throw KubernetesError(.invalidConfiguration, "\(origin): it names no \(field)")
    }
    guard let entry = entries.first(where: { $0.name == name }) else {
      throw KubernetesError(
        .invalidConfiguration,
        "\(origin): there is no \(field) \(name) in \(files.joined(separator: ", "))")
    }
    return entry
  }

  private static func names(_ entries: [KubeconfigEntry]) -> String {
    entries.isEmpty ? "none" : entries.map(\.name).sorted().joined(separator: ", ")
  }
}
