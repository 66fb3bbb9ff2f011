internal import Manifests

/// What more than half of the other requests of a Promise have in common, and what may look wrong in one
/// alone: a few that are broken do not change it.
struct SharedTraits: Sendable {
  static let none = SharedTraits(of: [])

  /// The namespaces in which they have objects of a kind, and which are not those of the requests.
  private let namespaces: Set<[String]>
  /// The Secrets, ConfigMaps and claims that their pods refer to, and that they do not hold.
  private let references: Set<[String]>

  init(of samples: [Sample]) {
    let objects = samples.map { $0.objects.compactMap(LandedObject.init(ofSample:)) }
    namespaces = Self.common(
      zip(samples, objects).map { sample, objects in
        Set(objects.filter { $0.namespace != sample.namespace }.map(Self.place))
      })
    references = Self.common(
      objects.map { objects in
        Set(objects.flatMap(\.podReferences).map { [$0.kind, $0.name] })
          .subtracting(objects.map { [$0.identity.kind, $0.identity.name] })
      })
  }

  private static func common(_ sets: [Set<[String]>]) -> Set<[String]> {
    var counts: [[String]: Int] = [:]
    for element in sets.joined() { counts[element, default: 0] += 1 }
    return Set(counts.filter { 2 * $0.value > sets.count }.keys)
  }

  private static func place(of object: LandedObject) -> [String] {
    [object.identity.group, object.identity.kind, object.namespace]
  }

  /// Whether the others have an object of this kind in the same namespace.
  func haveNamespace(of object: LandedObject) -> Bool {
    namespaces.contains(Self.place(of: object))
  }

  /// Whether the others refer to the same object, and do not hold it either.
  func have(_ reference: PodReference) -> Bool {
    references.contains([reference.kind, reference.name])
  }

  /// A text that changes if and only if something else is shared.
  var basis: String {
    (namespaces.union(references)).map { $0.joined(separator: " ") }.sorted()
      .joined(separator: "\n")
  }
}

extension LandedObject {
  fileprivate init?(ofSample node: Node) {
    guard let identity = ObjectIdentity(node) else { return nil }
    self.init(
      destination: "", file: "", document: 1, identity: identity, node: node, pointer: "")
  }
}
