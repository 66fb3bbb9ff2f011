internal import Kratix
internal import Manifests

/// Requests of other Promises that a compound Promise's pipeline put out, and that landed where
/// nobody knows their API.
///
/// Kratix runs on the cluster of the Destination that is labelled `environment: platform`, as its
/// documentation has it ("Compound Promises"); where none is, nothing is said.
func childRequestFindings(in landed: LandedResource) -> [Finding] {
  let platforms = landed.search.destinations.filter { $0.isPlatform }
  guard !platforms.isEmpty else { return [] }
  let names = Set(platforms.map(\.name))
  return landed.objects.compactMap { object in
    guard !names.contains(object.destination),
      let promise = landed.search.promiseServing(object.identity)
    else { return nil }
    return object.finding(
      .misplaced, expected: names.sorted().joined(separator: " or "), actual: object.destination,
      cause: "it is a request of the Promise \(promise), and only the platform's own cluster knows "
        + "that API: no entry of destination-selectors.yaml sends it there",
      remedy: "render it into a directory of its own, and schedule that directory to the platform "
        + "in /kratix/metadata/destination-selectors.yaml")
  }
}

extension Destination {
  fileprivate var isPlatform: Bool { labels["environment"] == "platform" }
}
