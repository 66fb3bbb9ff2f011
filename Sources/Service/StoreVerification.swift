internal import Foundation
internal import Git
internal import Kratix
internal import Landing
internal import Manifests
internal import Verification

/// Verification of one state store, by the service's own way to it.
struct StoreVerification: Sendable {
  /// How many Works are held against the snapshot at once.
  private static let most = 500

  let platform: Platforms.Version
  let name: String
  let store: StateStore
  let description: GitStateStore
  let deadline: ContinuousClock.Instant

  /// - Throws: `LandingError`.
  init(
    platform: Platforms.Version, store name: String, deadline: ContinuousClock.Instant
  ) throws {
    self.platform = platform
    self.name = name
    (store, description) = try platform.stores.store(name)
    self.deadline = deadline
  }

  /// Holds the state store against Works as they should be: byte for byte, and by what their
  /// Promises and expectations say of what the bytes hold.
  ///
  /// - Parameters:
  ///   - works: The Works, with their results where there are several state stores.
  ///   - isWanted: Which placements are asked for.
  /// - Throws: `LandingError`, `ManifestError`.
  func report(
    on works: [DesiredWork], _ isWanted: (ResourceReport.Placement) -> Bool
  ) async throws -> Report {
    let verifier = try Verifier(
      platform: platform.stores.platform, stateStore: description)
    let commit = try await store.tip(deadline: deadline)
    var report = try await read(commit) { _ in [] }
    var resources: [ResourceReport] = []
    var rest = works[...]
    while !rest.isEmpty {
      let (some, unreadable) = try await wanted(rest.prefix(Self.most))
      resources += unreadable
      rest = rest.dropFirst(Self.most)
      resources += try await read(commit) { snapshot in
        try some.flatMap { try verifier.check($0, in: snapshot) }
          + verifier.check(contentOf: some.map(\.work), in: snapshot)
      }.resources
    }
    // Works that belong in other state stores have no placement here, and nothing to be held.
    let own = Report.merged(resources).filter { resource in
      !resource.placements.isEmpty || resource.verdict != .landed
    }
    report.resources = own.filter {
      $0.placements.isEmpty || $0.placements.contains(where: isWanted)
    }
    return try await withHistory(
      Report(
        stateStore: report.stateStore, commit: report.commit, resources: report.resources))
  }

  /// Works as they are to land, and what stands of each in the other state stores; a report for each
  /// that cannot be read.
  private func wanted(
    _ works: some Sequence<DesiredWork>
  ) async throws -> ([WantedWork], [ResourceReport]) {
    var wanted: [WantedWork] = []
    var unreadable: [ResourceReport] = []
    for desired in works {
      let work: Work
      do { work = try await desired.read() } catch let error as ManifestError {
        unreadable.append(ResourceReport(unreadable: desired, error))
        continue
      }
      var elsewhere = desired.standing(work, on: platform, elsewhereThan: name)
      if elsewhere == nil {
        elsewhere = try await platform.stores.standing(
          of: [work], outside: name, deadline: deadline)
      }
      wanted.append(WantedWork(work: work, elsewhere: elsewhere ?? []))
    }
    return (wanted, unreadable)
  }

  /// Holds the state store against what a client says should be there.
  ///
  /// - Parameters:
  ///   - request: What should be there.
  ///   - isOneOfAll: Whether all other state stores are searched as well.
  ///   - date: What ages are counted to.
  /// - Throws: `LandingError`, `ManifestError`.
  func report(
    on request: VerificationRequest, isOneOfAll: Bool, at date: Date
  ) async throws -> Report {
    var known = platform.stores.platform
    try known.add(request.expectations)
    if let destination = request.destination { try known.keepDestination(destination) }
    var check = Check(
      verifier: try Verifier(
        platform: known, stateStore: description, settings: request.settings))
    check.verifier.isOneOfAll = isOneOfAll
    check.requests = request.requests
    check.promise = request.promise
    check.works = request.works
    check.standingElsewhere = try await platform.stores.standing(
      of: request.works, outside: name, deadline: deadline)
    check.placements = request.placements(in: store.description)
    check.isOfAll = request.isOfAll
    check.freshness = request.mostAge.map { Report.Freshness(now: date, seconds: $0) }
    let result = try await check.report(
      on: store, at: try await store.commit(of: request.revision, deadline: deadline),
      deadline: deadline)
    return request.isBrief ? result.withoutQuiet : result.report
  }

  private func read(
    _ commit: ObjectID?, _ check: @escaping @Sendable (Snapshot) throws -> [ResourceReport]
  ) async throws -> Report {
    try await store.read(commit, deadline: deadline) { [store] snapshot in
      Report(
        stateStore: store.description, snapshot: snapshot,
        resources: Report.merged(try check(snapshot)))
    }
  }

  private func withHistory(_ report: Report) async throws -> Report {
    guard report.worstSeverity == .error else { return report }
    // The findings stand without it; who brought them is only not known.
    return (try? await report.withHistory(from: store, deadline: deadline)) ?? report
  }
}

/// A Work as it is to land.
private struct WantedWork: Sendable {
  var work: Work
  /// What stands of it in other state stores.
  var elsewhere: [StandingPlacement]
}

extension ResourceReport {
  /// A Work that the desired state holds and that cannot be read.
  fileprivate init(unreadable work: DesiredWork, _ error: ManifestError) {
    self.init(
      promise: work.promise, namespace: work.resource.isEmpty ? "" : work.key.namespace,
      name: work.resource, verdict: .unknown, placements: [], findings: [],
      notes: ["\(error.description); put the Work \(work.key) again"])
  }
}

extension Verifier {
  /// What cannot be held byte for byte is not judged, and hides nothing of the rest.
  fileprivate func check(_ wanted: WantedWork, in snapshot: Snapshot) throws -> [ResourceReport] {
    do {
      return try check(wanted.work, in: snapshot, elsewhere: wanted.elsewhere)
    } catch let error as KratixError {
      let work = wanted.work
      return [
        ResourceReport(
          promise: work.promiseName, namespace: work.isDependency ? "" : work.namespace,
          name: work.resourceName, verdict: .unknown, placements: [], findings: [],
          notes: [error.message])
      ]
    }
  }
}
