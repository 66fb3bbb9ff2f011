import Kratix
import Landing
package import Manifests

/// The objects of a platform as a cluster has them.
package struct ClusterObjects: Sendable {
  /// Each object, under a name that tells where it was read.
  private(set) var files: [ManifestFile] = []
  /// Promises that cannot be used as they are, and so neither their requests.
  private(set) var faults: [LandingError] = []

  /// The kinds without which nothing is known of where things land: one that cannot be read ends the
  /// command.
  private static let needed: Set = ["GitStateStore", "Destination", "Secret"]

  /// Takes an object that a platform can be made of.
  ///
  /// - Throws: `LandingError` with `invalid-configuration` for a state store, Destination or Secret that
  ///   cannot be used.
  mutating func add(_ object: Node, from server: String) throws(LandingError) {
    let file = ManifestFile(object: object, from: server)
    do throws(ManifestError) {
      var trial = Platform()
      try trial.add(file)
      files.append(file)
    } catch {
      let failure = LandingError(.invalidConfiguration, error.description)
      guard let kind = ObjectIdentity(object)?.kind, !Self.needed.contains(kind) else {
        throw failure
      }
      faults.append(failure)
    }
  }

  /// What findings depend on: the objects without their status and versions.
  var bytes: [[UInt8]] { files.flatMap(\.objects).map(\.node.bytesWithoutStatus) }
}

extension ManifestFile {
  /// One object of a cluster, under a name that says which it is and where it was read.
  package init(object: Node, from server: String) {
    let identity = ObjectIdentity(object)
    let namespace = identity?.namespace.map { " in \($0)" } ?? ""
    let title = identity?.description ?? "an object"
    self.init(name: "\(title)\(namespace) of \(server)", documents: [Document(root: object)])
  }
}

extension Node {
  /// The object's text without what changes by itself.
  var bytesWithoutStatus: [UInt8] {
    guard var fields = mapping else { return [] }
    fields["status"] = nil
    if var metadata = fields["metadata"]?.mapping {
      for field in ["resourceVersion", "generation", "uid", "creationTimestamp", "managedFields"] {
        metadata[field] = nil
      }
      fields["metadata"] = Node(.mapping(metadata))
    }
    return Array(JSONWriter(sortsKeys: true).text(of: Node(.mapping(fields))).utf8)
  }
}
