internal import Manifests

/// Which landed object is which expected one: by group, kind and name.
struct ObjectMatches {
  /// One expected object and what stands for it.
  struct Match {
    let expected: ExpectedObject
    /// Several, when the resource stands at several Destinations.
    let landed: [LandedObject]
    /// The object of its kind whose name is still a placeholder, where there is just one.
    let unnamed: LandedObject?
  }

  let matches: [Match]
  let landed: [LandedObject]
  private let owners: [ObjectName: ExpectedObject]

  init(expected: [ExpectedObject], landed: [LandedObject]) {
    self.landed = landed
    let byIdentity = Dictionary(grouping: landed) { ObjectName($0.identity) }
    let unnamed = landed.filter { !Placeholder.all(in: $0.identity.name).isEmpty }
    var owners: [ObjectName: ExpectedObject] = [:]
    matches = expected.map { object in
      let identity = ObjectName(object.identity)
      owners[identity] = object
      let found = byIdentity[identity] ?? []
      let substitute = unnamed.filter {
        $0.identity.kind == object.identity.kind && $0.identity.group == object.identity.group
      }
      let stands = found.isEmpty && substitute.count == 1 ? substitute.first : nil
      if let stands { owners[ObjectName(stands.identity)] = object }
      return Match(expected: object, landed: found, unnamed: stands)
    }
    self.owners = owners
  }

  /// The name that should stand where a placeholder for it does.
  func expectedName(for finding: Finding) -> String? {
    matches.first { match in
      match.unnamed?.file == finding.file && match.unnamed?.document == finding.document
    }?.expected.identity.name
  }

  /// What a landed object is expected to be; `nil` for one that no expectation names.
  func expected(for object: LandedObject) -> ExpectedObject? { owners[ObjectName(object.identity)] }
}
