internal import Manifests

extension LandedResource {
  /// The resource without what belongs to others, where only what expectations name tells them
  /// apart: in a file that Kratix wrote for all placements of a Destination.
  func withoutOthers(by expectations: Expectations) -> LandedResource {
    let whole = Set(placements.filter { $0.group.isEmpty }.map(\.path))
    guard !whole.isEmpty else { return self }
    let promise = search.promiseName
    let expected = expectations.of(search.promise, named: promise).flatMap { expectation in
      // What must be there could not be told: that is said when it is judged.
      (try? expectation.objects(for: search.request, promise: promise)) ?? []
    }
    let names = Set(expected.map { ObjectName($0.identity) })
    let own = files.map { whole.contains($0.path) ? $0.keeping(names) : $0 }
      .filter { !whole.contains($0.path) || $0.fault != nil || !$0.objects.isEmpty }
    let paths = Set(own.map(\.path))
    return LandedResource(
      search: search,
      placements: placements.filter { !$0.group.isEmpty || paths.contains($0.path) },
      files: own, missing: missing, contested: contested, doubts: doubts)
  }
}
