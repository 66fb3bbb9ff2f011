internal import Manifests

/// Group, kind and name of an object, whatever its version and namespace.
///
/// Compared by bytes: Kubernetes takes a name in another Unicode normal form for another name.
struct ObjectName: Hashable {
  private let parts: [[UInt8]]

  init(_ identity: ObjectIdentity) {
    parts = [identity.group, identity.kind, identity.name].map { Array($0.utf8) }
  }
}
