internal import Manifests

/// One object in two documents: the one that is applied last wins, and which one that is nobody
/// promises.
func duplicateFindings(in objects: [LandedObject]) -> [Finding] {
  var first: [[String]: LandedObject] = [:]
  return objects.compactMap { object in
    let identity = object.identity
    guard !identity.name.isEmpty else { return nil }
    let key = [
      object.destination, identity.group, identity.kind, object.namespace, identity.name,
    ]
    guard let earlier = first[key] else {
      first[key] = object
      return nil
    }
    return object.finding(
      .duplicateResource, expected: "one document", actual: "another one at \(earlier.place)",
      remedy: "let the pipeline put it out once")
  }
}
