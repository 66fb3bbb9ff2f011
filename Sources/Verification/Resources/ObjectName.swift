internal import Manifests

/// What tells one object from another, whatever version and namespace it is written with.
struct ObjectName: Hashable {
  let group: String
  let kind: String
  let name: String

  init(_ identity: ObjectIdentity) {
    group = identity.group
    kind = identity.kind
    name = identity.name
  }
}
