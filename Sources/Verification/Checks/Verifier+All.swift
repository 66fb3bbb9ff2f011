internal import Git
internal import Kratix
package import Landing
internal import Manifests

extension Verifier {
  /// Lists everything in a snapshot below the state store's Destinations.
  ///
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first. `KratixError` or
  ///   `UnsafePath` for a Destination's path that cannot be.
  package func listing(of snapshot: Snapshot) throws -> StoreListing {
    try StoreListing(
      of: platform.destinations(in: stateStore), in: stateStore, platform: platform,
      snapshot: snapshot,
      ofNoDestination: platform.layoutsOfNoDestination(of: stateStore, in: snapshot))
  }

  /// Checks resources by what their paths, their Promises and expectations imply.
  ///
  /// - Returns: A report for each resource, in their order.
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first.
  package func check(
    standing resources: [StandingResource], in snapshot: Snapshot
  ) throws -> [ResourceReport] {
    try checked(resources, in: snapshot).filter { !$0.isAbsent }.map(\.report)
  }

  /// The same, with what has to be kept so as not to check a resource again.
  ///
  /// - Parameters:
  ///   - siblings: What the other requests of their Promises show.
  ///   - verdicts: Verdicts shared by similar resources; `nil` to judge each by itself.
  func checked(
    _ resources: [StandingResource], in snapshot: Snapshot, beside siblings: Siblings = .none,
    verdicts: TemplateVerdictCache? = nil
  ) throws -> [CheckedResource] {
    let surroundings = ResourceSearch.Surroundings(platform: platform, stateStore: stateStore)
    let raw = try RawResource.read(resources, in: snapshot, atMost: mostFilesOfResource)
    return try zip(raw, resources).map { raw, resource in
      if raw.isLarge { return try checked(large: resource, in: snapshot, surroundings) }
      let comparison = siblings.comparison(for: resource.subject)
      let isAlone = surroundings.isBound(resource.subject) || raw.hasKustomization
      let shared = isAlone ? nil : verdicts
      let alike = shared?.checked(raw, as: resource, basis: comparison?.basis ?? "") {
        raw, marked in
        // Placeholder names are valid; another name in the resource's path may not be.
        (try? ResourceSearch(marked, in: surroundings)).map {
          self.checked(raw, found: $0, comparison)
        }
      }
      var checked = alike ?? self.checked(raw, as: resource, in: surroundings, comparison)
      checked.basis = comparison?.basis ?? ""
      return checked
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
    in surroundings: ResourceSearch.Surroundings, _ siblings: SiblingComparison?
  ) -> CheckedResource {
    let search: ResourceSearch
    do throws(ManifestError) {
      search = try ResourceSearch(resource, in: surroundings)
    } catch {
      return CheckedResource(
        resource: resource, report: unnameable(resource, because: error), objects: [])
    }
    let (report, landed) = checked(raw, found: search, siblings)
    return CheckedResource(
      resource: resource, report: report, objects: landed.objects.compactMap(ObjectKey.init))
  }

  private func checked(
    _ raw: RawResource, found search: ResourceSearch, _ siblings: SiblingComparison?
  ) -> (report: ResourceReport, landed: LandedResource) {
    let landed = LandedResource(raw, found: search)
    let check = RequestCheck(landed: landed, expectations: expectations, siblings: siblings)
    return (ResourceReport(check.draft(), settings: settings), landed)
  }

  private func unnameable(
    _ resource: StandingResource, because error: ManifestError
  ) -> ResourceReport {
    let finding = OrphanFile.finding(
      unnameable: resource.places.first?.path.description, because: error)
    return ResourceReport(
      resource.subject, verdict: .wrong, placements: resource.cleanPlacements,
      findings: settings.applied(to: [finding]))
  }

  /// The report of files that belong to no placement, and of Destinations without placements; `nil` if
  /// there are none.
  ///
  /// - Parameter absent: Resources of the listing whose directories hold no file.
  package func report(
    ofUnownedFilesIn listing: StoreListing, absent: [StandingResource] = []
  ) -> ResourceReport? {
    let unowned = listing.unownedFiles.first.sorted { $0.key < $1.key }.map { path, destination in
      OrphanFile.finding(unowned: path.text, at: destination)
    }
    let others = listing.unownedFiles.others.sorted { $0.key < $1.key }.map { destination, count in
      OrphanFile.finding(unowned: count, at: destination)
    }
    let empty = findingsOfEmptyDestinations(listing, absent: Set(absent.map(\.subject)))
    let findings = settings.applied(
      to: listing.faults.map(\.finding) + empty
        + listing.ofNoDestination.map(Misplaced.finding(ofNoDestination:)) + unowned + others)
    guard !findings.isEmpty else { return nil }
    return ResourceReport(
      .strays,
      verdict: findings.contains { $0.severity == .error } ? .wrong : .landed, placements: [],
      findings: findings)
  }

  private func findingsOfEmptyDestinations(
    _ listing: StoreListing, absent: Set<Subject>
  ) -> [Finding] {
    guard platform.destinationKnowledge != .found || !platform.destinations.isEmpty else {
      return [EmptyDestination.findingNoneFound()]
    }
    // Of several state stores one may well be unused.
    let isNothingThere =
      !isOneOfAll && listing.resources.allSatisfy { absent.contains($0.subject) }
    let isCertain = isNothingThere || !listing.ofNoDestination.isEmpty
    return listing.emptyDestinations(without: absent).filter {
      // Without canary files nothing is at a Destination before the first request goes there.
      isCertain || $0.layout.destination.hasInitWorkloads
    }.map { EmptyDestination.finding($0.layout, exists: $0.exists, isCertain: isCertain) }
  }
}

extension RecordFault {
  fileprivate var finding: Finding {
    switch self {
    case .unreadable(let fault, let destination): InvalidYAML.finding(fault, at: destination)
    case .unaccounted(let path, let destination):
      ModifiedFile.finding(aggregate: path, at: destination)
    }
  }
}
