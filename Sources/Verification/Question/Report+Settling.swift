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
      settled.withdrawPipelines(landedElsewhere: subject, platform: platform)
    }
    return settled
  }

  /// Removes the findings on pipelines that have no placement in one state store and have one in
  /// another.
  private mutating func withdrawPipelines(landedElsewhere subject: Subject, platform: Platform) {
    let places = indices.compactMap { index in
      self[index].resources.firstIndex { $0.subject == subject }.map { (index, $0) }
    }
    guard places.count > 1 else { return }
    let landed = Set(
      places.flatMap { self[$0].resources[$1].placements }
        .compactMap { platform.placement(at: $0.path, of: $0.destination)?.pipeline })
    for (index, resource) in places {
      self[index].change(resource) { report in
        report.withdraw { finding in
          NotLanded.pipeline(of: finding).map(landed.contains) ?? false
        }
      }
    }
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
    count([resources.remove(at: index)], times: -1)
  }

  /// Changes a resource, and the sums with it.
  fileprivate mutating func change(_ index: Int, _ body: (inout ResourceReport) -> Void) {
    count([resources[index]], times: -1)
    body(&resources[index])
    count([resources[index]], times: 1)
  }

  private mutating func count(_ resources: [ResourceReport], times factor: Int) {
    let own = Summary(of: resources)
    summary.resources += factor * own.resources
    summary.landed += factor * own.landed
    summary.wrong += factor * own.wrong
    summary.missing += factor * own.missing
    summary.misplaced += factor * own.misplaced
    summary.unknown += factor * own.unknown
    summary.errors += factor * own.errors
    summary.warnings += factor * own.warnings
  }
}
