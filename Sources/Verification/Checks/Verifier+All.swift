internal import Git
internal import Kratix
package import Landing
internal import Manifests

extension Verifier {
  /// Lists what stands in a snapshot below the state store's Destinations.
  ///
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first. `KratixError` or
  ///   `UnsafePath` for a Destination's path that cannot be.
  package func listing(of snapshot: Snapshot) throws -> StoreListing {
    try StoreListing(
      of: platform.destinations(in: stateStore), in: stateStore, platform: platform,
      snapshot: snapshot)
  }

  /// Checks what stands by what its own path, its Promise and expectations imply.
  ///
  /// - Returns: A report for each resource, in their order.
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first.
  package func check(
    standing resources: [StandingResource], in snapshot: Snapshot
  ) throws -> [ResourceReport] {
    try checked(resources, in: snapshot).map(\.report)
  }

  /// The same, with what it takes not to check a resource again.
  ///
  /// - Parameter likeness: What is known of others that are alike; `nil` to judge each by itself.
  func checked(
    _ resources: [StandingResource], in snapshot: Snapshot, likeness: Likeness? = nil
  ) throws -> [CheckedResource] {
    let surroundings = ResourceSearch.Surroundings(platform: platform, stateStore: stateStore)
    let raw = try RawResource.read(resources, in: snapshot, atMost: mostFilesOfResource)
    return try zip(raw, resources).map { raw, resource in
      if raw.isLarge { return try checked(large: resource, in: snapshot, surroundings) }
      let alike = likeness?.checked(raw, as: resource) { raw, marked in
        // Names that are nobody's cannot be found wrong; other names of it can.
        (try? ResourceSearch(marked, in: surroundings)).map { self.checked(raw, found: $0) }
      }
      return alike ?? self.checked(raw, as: resource, in: surroundings)
    }
  }

  private func checked(
    large resource: StandingResource, in snapshot: Snapshot,
    _ surroundings: ResourceSearch.Surroundings
  ) throws -> CheckedResource {
    let search: ResourceSearch
    do throws(ManifestError) {
      search = try ResourceSearch(resource, in: surroundings)
    } catch {
      return CheckedResource(
        resource: resource, report: unnameable(resource, because: error), objects: [])
    }
    var large = LargeResource(
      resource, found: search, expectations: expectations, settings: settings,
      mostFiles: mostFilesOfResource)
    return try large.checked(in: snapshot)
  }

  private func checked(
    _ raw: RawResource, as resource: StandingResource,
    in surroundings: ResourceSearch.Surroundings
  ) -> CheckedResource {
    let search: ResourceSearch
    do throws(ManifestError) {
      search = try ResourceSearch(resource, in: surroundings)
    } catch {
      return CheckedResource(
        resource: resource, report: unnameable(resource, because: error), objects: [])
    }
    let (report, landed) = checked(raw, found: search)
    return CheckedResource(
      resource: resource, report: report, objects: landed.objects.compactMap(ObjectKey.init))
  }

  private func checked(
    _ raw: RawResource, found search: ResourceSearch
  ) -> (report: ResourceReport, landed: LandedResource) {
    let landed = LandedResource(raw, found: search)
    let check = RequestCheck(landed: landed, expectations: expectations)
    return (ResourceReport(check.draft(), settings: settings), landed)
  }

  private func unnameable(
    _ resource: StandingResource, because error: ManifestError
  ) -> ResourceReport {
    let finding = Finding(
      rule: .orphanFile, file: resource.places.first?.path.description,
      expected: "directories that are named as Kubernetes names objects", actual: error.message,
      remedy: "Kratix did not write this; take it out of the Destination's directory")
    return ResourceReport(
      promise: resource.promise, namespace: resource.namespace, name: resource.name,
      verdict: .wrong,
      placements: resource.quietPlacements, findings: settings.applied(to: [finding]))
  }

  private func stray(_ path: String?, _ actual: String) -> Finding {
    Finding(
      rule: .orphanFile, severity: .warning, file: path, expected: "only placements",
      actual: actual,
      remedy: "move it out of the Destination's directory, if it is not meant for its cluster")
  }

  /// The report of what belongs to no placement; `nil` when there is nothing to say.
  package func report(ofStraysIn listing: StoreListing) -> ResourceReport? {
    let strays = listing.strays.first.sorted { $0.key < $1.key }.map { path, destination in
      stray(path.text, "a file that belongs to no placement of \(destination)")
    }
    let others = listing.strays.others.sorted { $0.key < $1.key }.map { destination, count in
      stray(nil, "\(count) more files that belong to no placement of \(destination)")
    }
    let findings = settings.applied(to: listing.findings + strays + others)
    guard !findings.isEmpty else { return nil }
    return ResourceReport(
      promise: "", namespace: "", name: "",
      verdict: findings.contains { $0.severity == .error } ? .wrong : .landed, placements: [],
      findings: findings)
  }
}
