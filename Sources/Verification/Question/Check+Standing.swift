internal import Git
internal import Kratix
internal import Landing
internal import Manifests

extension Check {
  /// The resources of a listing that were not asked for by name.
  func resources(_ listing: StoreListing) -> [StandingResource] {
    let asked = Set(
      requests.map { request in
        let name = verifier.platform.promise(of: request)?.name ?? promise
        return Subject.resource(
          .request(
            promise: name ?? request.identity.kind.lowercased(), namespace: request.namespace,
            name: request.name))
      })
    return asked.isEmpty
      ? listing.resources
      : listing.resources.filter { !asked.contains($0.subject) }
  }
}

extension Verifier {
  /// How many resources are read at once: enough work for a thread, and few enough that their files
  /// fit into the processor's caches.
  private static let partSize = 64

  /// Checks resources by what their paths, their Promises and expectations imply, on all cores.
  ///
  /// - Parameter listing: Everything in the snapshot, from which rules learn that compare requests.
  func standing(
    _ resources: [StandingResource], of listing: StoreListing, at commit: ObjectID,
    of stateStore: StateStore,
    memory: VerificationCache?, deadline: ContinuousClock.Instant
  ) async throws -> [CheckedResource] {
    let siblings = try await learnedSiblings(
      in: listing, at: commit, of: stateStore, deadline: deadline)
    var changed: [Int] = []
    var checked = resources.indices.map { index in
      let resource = resources[index]
      let basis = siblings.comparison(for: resource.subject)?.basis ?? ""
      if let known = memory?.checked(resource, basis: basis) { return known }
      changed.append(index)
      return CheckedResource(unchecked: resource)
    }
    let parts = stride(from: 0, to: changed.count, by: Self.partSize).map { start in
      changed[start..<min(start + Self.partSize, changed.count)].map { resources[$0] }
    }
    let verdicts = TemplateVerdictCache(settings: settings)
    let found = try await stateStore.read(parts: parts, of: commit, deadline: deadline) {
      part, snapshot in
      try self.checked(part, in: snapshot, beside: siblings, verdicts: verdicts)
    }
    for (index, resource) in zip(changed, found.joined()) { checked[index] = resource }
    return checked
  }

  /// What the requests of each Promise without an expectation have in common, learned before any
  /// resource is judged by it.
  private func learnedSiblings(
    in listing: StoreListing, at commit: ObjectID, of stateStore: StateStore,
    deadline: ContinuousClock.Instant
  ) async throws -> Siblings {
    let parts = self.siblings(in: listing)
    guard !parts.isEmpty else { return .none }
    let learned = try await stateStore.read(
      parts: parts.map { [$0] }, of: commit, deadline: deadline
    ) { part, snapshot in
      try part.map { try self.learned(from: $0.resources, of: $0.promise, in: snapshot) }
    }
    let found = zip(parts, learned.joined()).compactMap { part, learned in
      learned.map { (part.promise, $0) }
    }
    return Siblings(Dictionary(uniqueKeysWithValues: found))
  }

  /// The findings on objects that two resources hold.
  ///
  /// They are no part of what is kept of a resource: they change with the other one.
  func sharedObjects(
    of checked: [CheckedResource], at commit: ObjectID, of stateStore: StateStore,
    deadline: ContinuousClock.Instant
  ) async throws -> [ResourceReport] {
    let shared = SharedObjects(checked.map(\.objects))
    guard !shared.pairs.isEmpty else { return [] }
    let indexes = Array(Set(shared.pairs.flatMap { [$0.later, $0.earlier] })).sorted()
    let concerned = indexes.map { ($0, checked[$0].resource) }
    let findings = try await stateStore.read(commit, deadline: deadline) { snapshot in
      let landed = try self.landed(concerned.map(\.1), in: snapshot)
      let byIndex = Dictionary(uniqueKeysWithValues: zip(concerned.map(\.0), landed))
      return shared.findings(among: byIndex)
    }
    return findings.map { index, finding in
      var report = checked[index].report
      report.findings = settings.applied(to: [finding])
      return report
    }
  }
}

extension Verifier {
  fileprivate func landed(
    _ resources: [StandingResource], in snapshot: Snapshot
  ) throws -> [LandedResource] {
    let surroundings = ResourceSearch.Surroundings(platform: platform, stateStore: stateStore)
    return try LandedResource.read(
      resources.map { try ResourceSearch($0, in: surroundings) }, in: snapshot)
  }
}

extension ResourceReport {
  /// Adds findings whose severities are set already.
  mutating func add(_ more: [Finding]) {
    guard !more.isEmpty else { return }
    findings = (findings + more).sorted(by: Finding.isBefore)
    if verdict == .landed, more.contains(where: { $0.severity == .error }) { verdict = .wrong }
  }
}
