import Foundation
import Git
import Kratix
import Landing
import Signing
import Support
import Verification

/// A check of all state stores that this process reads itself.
package struct VerificationRun: Sendable {
  private let settings: VerificationSettings
  private let platformSettings: PlatformSettings
  private let deadline: ContinuousClock.Instant
  private let timeLimit: Duration

  /// - Parameters:
  ///   - deadline: When a check that does not wait gives up.
  ///   - timeLimit: How long each check may take while waiting.
  package init(
    _ settings: VerificationSettings, of platformSettings: PlatformSettings,
    deadline: ContinuousClock.Instant, timeLimit: Duration
  ) {
    self.settings = settings
    self.platformSettings = platformSettings
    self.deadline = deadline
    self.timeLimit = timeLimit
  }

  /// Checks, or waits until everything has landed.
  ///
  /// - Throws: `LandingError` and the errors that convert to it.
  package func answer() async throws -> VerifyAnswer {
    let configuration = try platformSettings.configuration()
    let platform = try platformSettings.platform(
      of: configuration, findsDestinations: settings.asksForNoFiles)
    let requests = try await clusterRequests(of: platform)
    let workTree = try workTree(on: platform)
    defer { workTree?.remove() }
    let session = try await session(configuration, platform, requests, workTree)
    var answer = try await answer(by: session)
    if settings.showsLines { answer.reports = await session.withExcerpts(answer.reports) }
    answer.failures += requests?.failures ?? []
    answer.failures += platformSettings.cluster?.objects.faults ?? []
    return answer
  }

  private func answer(by session: VerifySession) async throws -> VerifyAnswer {
    if let directory = settings.workTree {
      return try await session.answer(at: nil, named: "work tree \(directory)", deadline: deadline)
    }
    if let wait = settings.wait { return try await session.wait(wait, timeout: timeLimit) }
    return try await session.answer(
      at: platformSettings.revision(settings.revision), deadline: deadline)
  }

  /// The requests that the cluster has; `nil` without a cluster, or where flags say what is checked.
  private func clusterRequests(of platform: Platform) async throws -> ClusterRequests? {
    guard let reader = platformSettings.cluster?.reader, settings.namesNothing else { return nil }
    let found = try await reader.requests(
      of: platform, promise: settings.rendered.promise, namespace: settings.rendered.namespace,
      now: Date())
    if !found.inFlight.isEmpty {
      Output.notice(
        "not judged, as they are on their way: \(found.inFlight.joined(separator: ", "))")
    }
    return found
  }

  /// The files to read instead of the branch of the only state store.
  private func workTree(on platform: Platform) throws -> WorkTree? {
    guard let directory = settings.workTree else { return nil }
    let used = try platform.stateStoresToRead()
    guard let only = used.first, used.count == 1 else {
      throw LandingError(
        .invalidConfiguration,
        "--work-tree is for one state store, and there are "
          + (used.isEmpty ? "none" : used.map(\.name).joined(separator: ", "))
          + "; choose a --destination, or give --repo")
    }
    return try WorkTree(of: directory, branch: only.branch)
  }

  private func session(
    _ configuration: Configuration, _ platform: Platform, _ requests: ClusterRequests?,
    _ workTree: WorkTree?
  ) async throws -> VerifySession {
    let names = try platform.stateStoresToRead().map(\.name)
    guard !names.isEmpty else {
      throw LandingError(
        .invalidConfiguration,
        platform.destinations.isEmpty
          ? "there is no state store; give --repo, or GitStateStore and Destination in --config"
          : platform.reasonForNoStateStore ?? "there is no state store")
    }
    let stores = try platformSettings.openStateStores(of: platform, readFrom: workTree?.path)
    var sources = try VerificationSources(
      settings, on: platform, destination: platformSettings.destination)
    if let requests { sources.add(requests) }
    try sources.require(in: try names.map { try stores.store($0).0.description })
    let cache = try settings.cacheFile.map { path in
      VerificationCacheFile(
        path: path,
        keys: try names.map { name in
          let (store, description) = try stores.store(name)
          return try cacheKey(
            of: sources, configuration, for: store, stores.trustedSigners(of: description))
        })
    }
    try cache?.check()
    return VerifySession(
      parts: try await parts(names, of: stores, sources, cache), isBrief: settings.isBrief,
      requests: sources.requests, promise: settings.rendered.promise, platform: platform)
  }

  /// The question to each state store.
  private func parts(
    _ names: [String], of stores: StateStores, _ sources: VerificationSources,
    _ cache: VerificationCacheFile?
  ) async throws -> [VerifySession.Part] {
    var parts: [VerifySession.Part] = []
    for (index, name) in names.enumerated() {
      let (store, description) = try stores.store(name)
      var verifier = try Verifier(platform: stores.platform, stateStore: description)
      verifier.settings = try RuleSettings(parsing: settings.rules)
      verifier.isOneOfAll = names.count > 1
      var check = try sources.check(with: verifier, of: store.description)
      check.standingElsewhere = try await stores.standing(
        of: sources.works, outside: name, deadline: deadline)
      check.isOfAll = settings.all
      check.signers = try stores.trustedSigners(of: description)
      check.promise = settings.rendered.promise
      check.freshness = settings.maxAge.map {
        Report.Freshness(now: Date(), seconds: $0.seconds)
      }
      parts.append(VerifySession.Part(check: check, store: store, cache: cache?.entry(at: index)))
    }
    return parts
  }

  /// The digest of everything that findings depend on besides the content of the state store.
  private func cacheKey(
    of sources: VerificationSources, _ configuration: Configuration, for store: StateStore,
    _ signers: TrustedSigners?
  ) throws -> ObjectID {
    var key = CacheKey()
    key.addProgram()
    key.add(
      [settings.all.description, settings.revision ?? "", settings.rendered.promise ?? ""]
        + settings.rules)
    key.add(["\(settings.maxAge.map { "\($0)" } ?? "")", platformSettings.destination ?? ""])
    key.add([store.description.name, store.description.url, store.description.branch])
    key.add(signers?.basis ?? [])
    for text in configuration.texts { key.add(text) }
    for bytes in sources.files { key.add(bytes) }
    return try key.digest
  }
}
