internal import Git
internal import Kratix
internal import Landing
internal import Manifests

extension Verifier {
  /// A report without findings on what the pipelines of a Promise itself put out: a Namespace, or a
  /// Secret or what an operator makes it of.
  ///
  /// It is read only where there is such a finding, because it may be a whole operator.
  ///
  /// - Throws: `LandingError`.
  func withBroughtObjects(
    _ report: Report, from stateStore: StateStore, deadline: ContinuousClock.Instant
  ) async throws -> Report {
    let open = report.resources.filter { $0.findings.contains(where: Self.mayBeMet) }
    let promises = Set(open.map(\.promise))
    guard let tip = report.commit?.id, !promises.isEmpty else { return report }
    let objects = try await stateStore.read(tip, deadline: deadline) { snapshot in
      try self.objects(broughtBy: promises, in: snapshot)
    }
    var report = report
    for index in report.resources.indices {
      let promise = report.resources[index].promise
      guard let brought = objects[promise] else { continue }
      // A namespace that an Expectation names is wanted, whatever there is.
      let hasExpectation = !expectations.of(platform.promises[promise], named: promise).isEmpty
      report.resources[index].withdraw { finding in
        if DanglingReference.isMet(finding, by: brought) { return true }
        return !hasExpectation && WrongNamespace.isMet(finding, by: brought)
      }
    }
    report.summary = Report.Summary(of: report.resources)
    return report
  }

  private static func mayBeMet(_ finding: Finding) -> Bool {
    finding.rule == .danglingReference || finding.rule == .wrongNamespace
  }

  private func objects(
    broughtBy promises: Set<String>, in snapshot: Snapshot
  ) throws -> [String: [Node]] {
    let surroundings = ResourceSearch.Surroundings(platform: platform, stateStore: stateStore)
    let standing = try listing(of: snapshot).resources.filter { resource in
      guard case .resource(.dependency(let promise)) = resource.subject else { return false }
      return promises.contains(promise)
    }
    let raw = try RawResource.read(standing, in: snapshot, atMost: mostFilesOfResource)
    var objects: [String: [Node]] = [:]
    for (raw, resource) in zip(raw, standing) where !raw.isLarge {
      let landed = LandedResource(raw, found: try ResourceSearch(resource, in: surroundings))
      objects[resource.subject.promise ?? "", default: []] += landed.objects.map(\.node)
    }
    return objects
  }
}
