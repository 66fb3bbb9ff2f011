package import Kratix
internal import Manifests

extension [Report] {
  /// The reports of all state stores of a platform, each with the requests that belong to it.
  ///
  /// A request lands in one state store, or in some of them: in the others nothing is missing. One
  /// that is in none is missing from the one where it can go.
  package func settled(
    on requests: [ResourceRequest], promise: String?, platform: Platform
  ) -> [Report] {
    guard count > 1 else { return self }
    var settled = self
    for request in requests {
      let name =
        platform.promise(of: request)?.name ?? promise ?? request.identity.kind.lowercased()
      let subject = Subject.resource(
        .request(promise: name, namespace: request.namespace, name: request.name))
      let places = settled.indices.compactMap { index in
        settled[index].resources.firstIndex { $0.subject == subject }
          .map { (report: index, resource: $0) }
      }
      guard let kept = settled.indexOfKept(places) else { continue }
      for place in places
      where place.report != kept && settled[place.report].resources[place.resource].isNowhere {
        settled[place.report].remove(at: place.resource)
      }
    }
    return settled
  }

  /// The report that says of a request what is to be said where it stands nowhere.
  private func indexOfKept(_ places: [(report: Int, resource: Int)]) -> Int? {
    let reports = places.map {
      (index: $0.report, resource: self[$0.report].resources[$0.resource])
    }
    return
      (reports.first { !$0.resource.isNowhere }
      ?? reports.first { $0.resource.verdict == .unknown }
      ?? reports.first { $0.resource.findings.contains { $0.file != nil || $0.expected != nil } }
      ?? reports.first)?.index
  }
}

extension ResourceReport {
  fileprivate var isNowhere: Bool { placements.isEmpty }
}

extension Report {
  /// Takes a resource out, also of the sums, which may be those of more than is listed.
  fileprivate mutating func remove(at index: Int) {
    let own = Summary(of: [resources.remove(at: index)])
    summary.resources -= own.resources
    summary.landed -= own.landed
    summary.wrong -= own.wrong
    summary.missing -= own.missing
    summary.misplaced -= own.misplaced
    summary.unknown -= own.unknown
    summary.errors -= own.errors
    summary.warnings -= own.warnings
  }
}
