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
  /// Whether whoever asks is of one namespace, and is shown nothing of others.
  var showsOnlyOwn = false

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
    let commit = try await store.tip(deadline: deadline)
    var report = try await read(commit) { _ in [] }
    // Works that belong in other state stores have no placement here, and nothing to be held.
    let own = try await resources(of: works, at: commit).filter { resource in
      !resource.placements.isEmpty || resource.verdict != .landed
    }
    report.resources = own.filter {
      $0.placements.isEmpty || $0.placements.contains(where: isWanted)
    }
    return try await withHistory(
      Report(
        stateStore: report.stateStore, commit: report.commit, resources: report.resources),
      as: try verifier())
  }

  private func verifier() throws -> Verifier {
    var verifier = try platform.verifier(for: description)
    verifier.showsOnlyOwn = showsOnlyOwn
    return verifier
  }

  /// What verification says of Works at a commit, by the same check as `report(on:_:)`.
  ///
  /// - Parameter works: The Works with their results.
  /// - Throws: `LandingError`, `ManifestError`.
  func verifications(
    of works: [DesiredWork], at commit: ObjectID
  ) async throws -> [WorkKey: StoreResult.Verification] {
    let reports = Dictionary(
      try await resources(of: works, at: commit).map { ($0.subject, $0) }
    ) { first, _ in first }
    let directories = Dictionary(
      works.map { work in
        (
          work.key,
          work.results.first { $0.store == name }?
            .resourceDirectories(on: platform.stores.platform) ?? [:]
        )
      }
    ) { first, _ in first }
    let entries = try await store.read(commit, deadline: deadline) { snapshot in
      try snapshot.entries(at: Set(directories.values.flatMap(\.values)))
    }
    return Dictionary(
      works.map { work in
        let trees = (directories[work.key] ?? [:]).compactMapValues { entries[$0]?.id.hexadecimal }
        return (
          work.key,
          StoreResult.Verification(
            reports[work.subject], at: commit, platform: platform.id, trees: trees)
        )
      }
    ) { first, _ in first }
  }

  /// One report for each resource: byte for byte, and by what the bytes hold.
  private func resources(
    of works: [DesiredWork], at commit: ObjectID?
  ) async throws -> [ResourceReport] {
    let verifier = try verifier()
    var resources: [ResourceReport] = []
    var rest = works[...]
    while !rest.isEmpty {
      let (some, unreadable) = try await wanted(rest.prefix(Self.most))
      resources += unreadable
      rest = rest.dropFirst(Self.most)
      resources += try await read(commit) { [verifier] snapshot in
        try some.flatMap { try verifier.check($0, in: snapshot) }
          + verifier.check(contentOf: some.map(\.work), in: snapshot)
      }.resources
    }
    return Report.merged(resources)
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
    check.verifier.showsOnlyOwn = showsOnlyOwn
    check.requests = request.requests
    check.promise = request.promise
    check.works = request.works
    check.standingElsewhere = try await platform.stores.standing(
      of: request.works, outside: name, deadline: deadline)
    check.placements = request.placements(in: store.description)
    check.isOfAll = request.isOfAll
    check.signers = try platform.stores.trustedSigners(of: description)
    check.freshness = request.mostAge.map { Report.Freshness(now: date, seconds: $0) }
    var result = try await check.report(
      on: store, at: try await store.commit(of: request.revision, deadline: deadline),
      deadline: deadline)
    result.report.revision = request.revision
    let report = request.isBrief ? result.withoutCleanResources : result.report
    return request.showsLines ? await withExcerpts(report, context: 1) : report
  }

  /// The report with the lines that its findings are about.
  ///
  /// - Parameter context: How many lines before and after; none for who may only see one namespace,
  ///   as files can be shared.
  func withExcerpts(_ report: Report, context: Int) async -> Report {
    await report.withExcerpts(
      context: showsOnlyOwn ? 0 : context, from: store, deadline: deadline)
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

  private func withHistory(_ report: Report, as verifier: Verifier) async throws -> Report {
    guard report.worstSeverity == .error else { return report }
    // The findings stand without it; who brought them is only not known.
    return (try? await verifier.withHistory(report, from: store, deadline: deadline)) ?? report
  }
}

extension DesiredWork {
  fileprivate var subject: Subject {
    .resource(
      resource.isEmpty
        ? .dependency(promise: promise)
        : .request(promise: promise, namespace: key.namespace, name: resource))
  }
}

extension StoreResult {
  /// The directories of the Work's resource, by Destination, where placements have their own.
  fileprivate func resourceDirectories(on platform: Platform) -> [String: StatePath] {
    let own = standing.map(\.placement).filter { $0.tree != nil }
    return Dictionary(
      own.compactMap { placement in
        platform.layout(of: placement.destination)?.resource(holding: placement.path)
          .flatMap { try? StatePath($0.directory) }.map { (placement.destination, $0) }
      }
    ) { first, _ in first }
  }
}

extension StoreResult.Verification {
  /// How many findings a condition repeats; the page and `GET /v1/verify` have all.
  private static let mostFindings = 3

  /// - Parameter report: What verification said of the resource; `nil` where it said nothing.
  fileprivate init(
    _ report: ResourceReport?, at commit: ObjectID, platform: String, trees: [String: String]
  ) {
    let errors = (report?.findings ?? []).filter { $0.severity == .error }
    var texts = errors.prefix(Self.mostFindings).map { finding in
      ([finding.sentence] + (finding.file.map { ["in \($0)"] } ?? [])).joined(separator: " ")
    }
    if errors.count > Self.mostFindings {
      texts.append("and \(errors.count - Self.mostFindings) more")
    }
    if errors.isEmpty { texts = report?.notes ?? ["verification said nothing of it"] }
    let verdict = report?.verdict ?? .unknown
    self.init(
      verdict: verdict, message: verdict == .landed ? "" : texts.joined(separator: "; "),
      commit: commit.hexadecimal, platform: platform, trees: trees)
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
      work.subject, verdict: .unknown, placements: [], findings: [],
      notes: ["\(error.description); put the Work \(work.key) again"])
  }
}

extension Verifier {
  /// What cannot be held byte for byte is not judged, and hides nothing of the rest.
  fileprivate func check(_ wanted: WantedWork, in snapshot: Snapshot) throws -> [ResourceReport] {
    do {
      return try check(wanted.work, in: snapshot, elsewhere: wanted.elsewhere)
    } catch let error as KratixError {
      return [
        ResourceReport(
          .resource(wanted.work.resource), verdict: .unknown, placements: [], findings: [],
          notes: [error.message])
      ]
    }
  }
}

extension Report {
  /// Whether it says something else of Works than is remembered of them.
  ///
  /// - Parameter works: The Works as they were before the state store was read.
  func contradicts(_ works: [DesiredWork], in store: String) -> Bool {
    let verdicts = Dictionary(
      resources.map {
        ($0.subject, $0.verdict)
      }
    ) { first, _ in first }
    return works.contains { work in
      guard let result = work.results.first(where: { $0.store == store }),
        result.isDone(work.revision), !result.standing.isEmpty,
        let verdict = verdicts[work.subject]
      else { return false }
      return result.verdict != verdict
    }
  }
}
