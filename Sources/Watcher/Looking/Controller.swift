import Application
import Foundation
import Git
import Kratix
import KubernetesAPI
import Landing
import Logging
import Manifests
import Support
import Verification

/// Follows a cluster and its state stores, and writes what has become of each request.
///
/// It judges some requests at a time: those first that have changed. Nothing that it does for one change
/// grows with the number of requests, but for a walk through what it remembers at each look.
actor Controller {
  private let platform: ClusterPlatform
  private let client: KubernetesClient
  private let options: WatchOptions
  private let telemetry: WatchTelemetry
  private let health: WatchHealth
  private let board: VerdictBoard
  private let pushes: PushNotice
  private let notifier: Notifier?
  private let logger: Logger
  private let writer: ClusterWriter

  private let cluster: ClusterFollower
  private var reading: (StoreReading, version: Int)?
  /// Why the state stores of the platform cannot be opened.
  private var platformProblem: String?

  private var queue = JudgingQueue()
  private var records: [RequestKey: RequestRecord] = [:]
  /// The requests to judge again with the next look.
  private var postponed: Set<RequestKey> = []
  private var tips = BranchTips()
  private var lastLook = ContinuousClock.now - .seconds(3600)
  /// How many requests are verified together.
  private var batchSize = 50

  init(
    _ platform: ClusterPlatform, client: KubernetesClient, options: WatchOptions,
    reports: WatchReports, pushes: PushNotice, logger: Logger
  ) {
    self.platform = platform
    self.client = client
    cluster = ClusterFollower(platform, client: client, logger: logger)
    self.options = options
    telemetry = reports.telemetry
    health = reports.health
    board = reports.board
    notifier = reports.notifier
    self.pushes = pushes
    self.logger = logger
    writer = ClusterWriter(
      client: client, instance: options.instance, writesStatus: options.writesStatus,
      telemetry: reports.telemetry, logger: logger)
  }

  /// Runs until the task is cancelled.
  func run() async {
    while !Task.isCancelled {
      await cluster.refresh()
      let view = await cluster.view()
      take(view)
      if view.isComplete, await cluster.isCurrent { await advance(view) }
      board.update(count: view.state.requests.count, isCurrent: await cluster.isCurrent)
      telemetry.follows(view.promises)
      guard queue.isEmpty else { continue }
      // Cancelled: the loop ends.
      try? await Task.sleep(for: min(Self.tick, options.interval))
    }
    await cluster.stop()
  }

  private func take(_ view: ClusterFollower.View) {
    let gone = view.changed.filter {
      view.state.requests[$0] == nil && view.state.faults[$0] == nil
    }
    for key in gone { records[key] = nil }
    board.remove(gone)
    // The first look is at all of them, and must not keep changes waiting.
    if tips.found != nil { queue.add(fresh: view.changed.subtracting(gone)) }
  }

  /// How soon a change in the cluster is judged.
  private static let tick: Duration = .milliseconds(500)
}

// MARK: The state stores

extension Controller {
  /// Looks at the branches when it is time to, and judges the next requests.
  private func advance(_ view: ClusterFollower.View) async {
    let age = ContinuousClock.now - lastLook
    let isTime =
      age >= options.interval || (queue.isFresh || pushes.isWaiting) && age >= Self.tick
    let reading: StoreReading
    do {
      reading = try currentReading(view.state)
    } catch {
      if isTime { await give(up: view, because: LandingError(error).description) }
      return
    }
    if isTime { await look(at: view.state, reading) }
    let keys = queue.next(batchSize)
    guard !keys.isEmpty else { return }
    let start = ContinuousClock.now
    await judge(keys, view, reading)
    adaptBatch(to: .now - start)
  }

  private func look(at state: ClusterState, _ reading: StoreReading) async {
    let start = ContinuousClock.now
    lastLook = start
    pushes.clear()
    let found = await reading.tips(deadline: start + WatchOptions.patience)
    health.looked(at: found.mapValues { if case .failure(let error) = $0 { error } else { nil } })
    let moved = await note(found, reading)
    add(moved, state)
    queue.add(fresh: postponed)
    postponed = []
    queue.admitFresh()
    telemetry.looked(
      reading.names.reduce(into: [:]) { $0[$1] = tips.outages[$1] == nil },
      took: .now - start, at: Date())
  }

  /// Says of all requests that nothing is known: the state stores cannot be opened.
  private func give(up view: ClusterFollower.View, because problem: String) async {
    if problem != platformProblem { logger.error("the platform cannot be used: \(problem)") }
    platformProblem = problem
    lastLook = .now
    let unknown = Judgement(.unknown, "PlatformUnusable", problem)
    await write(view.state.requests.mapValues { _ in RequestFinding(unknown) }, view)
  }

  /// Keeps batches short: what has changed meanwhile waits for the end of one.
  private func adaptBatch(to time: Duration) {
    if time > .seconds(2) { batchSize = max(10, batchSize / 2) }
    if time < .milliseconds(500) { batchSize = min(250, batchSize * 2) }
  }

  /// The state stores of the platform as it is now.
  private func currentReading(_ state: ClusterState) throws -> StoreReading {
    let version = platform.version
    if let reading, reading.version == version { return reading.0 }
    reading = nil
    let settings = platform.settings
    let known = try settings.loadPlatform()
    let new = try StoreReading(
      try settings.openStateStores(of: known, endsSoon: false),
      names: try known.stateStoresToRead().map(\.name))
    reading = (new, version)
    platformProblem = nil
    health.read(try PlatformReadiness(known).checks)
    // What was judged with another platform is judged again, after a look.
    tips.forget()
    lastLook -= .seconds(3600)
    for key in records.keys { records[key]?.cause = nil }
    return new
  }

  /// Takes note of the branches.
  ///
  /// - Returns: The requests whose files have changed since the last look.
  private func note(_ found: BranchTips.Found, _ reading: StoreReading) async -> MovedRequests {
    let news = tips.take(found, at: Date())
    for (store, error) in news.failures {
      logger.warning("\(error)", metadata: ["store": "\(store)"])
    }
    var moved = news.isOfAll ? MovedRequests.all : .none
    for (store, from, to) in news.moves {
      moved.add(
        await reading.moved(
          in: store, from: from, to: to, deadline: .now + WatchOptions.patience))
    }
    return moved
  }

  /// Lets requests be judged whose files have moved, and those of which more may be known now.
  private func add(_ moved: MovedRequests, _ state: ClusterState) {
    if case .all = moved {
      queue.add(others: state.requests.keys.map(\.self) + state.faults.keys.map(\.self))
      return
    }
    if !moved.isEmpty { queue.add(changed: state.requests.keys.filter(moved.contains)) }
    let isAway = !tips.outages.isEmpty
    queue.add(
      others: records.filter { _, record in
        record.isOpen
          || isAway && record.judgement?.reason != "StoreUnreadable"
            && record.home.map { tips.outages[$0] != nil } ?? true
      }.map(\.key))
  }

  private func judge(
    _ keys: Set<RequestKey>, _ view: ClusterFollower.View, _ reading: StoreReading
  ) async {
    let state = view.state
    var requests: [RequestKey: ResourceRequest] = [:]
    var settled: [RequestKey: RequestFinding] = [:]
    for key in keys {
      do throws(ManifestError) {
        requests[key] = try state.requests[key]?.resourceRequest()
        settled[key] = state.faults[key].map {
          RequestFinding(Judgement(.unknown, "InvalidRequest", $0))
        }
      } catch {
        settled[key] = RequestFinding(Judgement(.unknown, "InvalidRequest", "\(error)"))
      }
    }
    let answers = await reading.answers(
      to: requests, works: requests.keys.flatMap { works(of: $0, in: state) },
      tips: tips.found ?? [:],
      deadline: .now + WatchOptions.patience)
    var open: [(request: WatchedRequest, finding: RequestFinding)] = []
    let now = Date()
    for key in requests.keys {
      guard let request = state.requests[key] else { continue }
      // Also one of which nothing can be said now, so that the next look thinks of it.
      if records[key] == nil { records[key] = RequestRecord() }
      guard let answer = answers[key] else {
        settled[key] = RequestFinding(
          Judgement(.unknown, "NotJudged", "no state store could be asked about it"))
        continue
      }
      let found = { judgement in
        RequestFinding(
          judgement, Self.destinations(of: answer, key, in: state), reading.places(of: answer),
          reading.excerpts(of: answer))
      }
      switch request.judged(
        by: sighting(answer, of: key), grace: options.grace.seconds, now: now)
      {
      case .none: forget(key)
      case .unchanged: break
      case .settled(let judgement):
        settled[key] = found(judgement)
        records[key]?.cause = nil
        records[key]?.isContradicted = false
      case .needsCause(let first):
        if let known = records[key]?.cause, known.first == first, !known.isOpen {
          settled[key] = found(known.judgement)
        } else {
          open.append((request, found(first)))
        }
      }
    }
    let causes = await withCauses(open.map { ($0.request, $0.finding.judgement) }, state)
    for (request, finding) in open {
      settled[request.key] = causes[request.key].map {
        RequestFinding($0, finding.destinations, finding.places, finding.excerpts)
      }
    }
    await write(settled, view)
  }

  /// A request that is being deleted.
  private func forget(_ key: RequestKey) {
    records[key] = nil
    board.remove([key])
  }

  /// Where a request is; if it is nowhere, where its WorkPlacements are to be.
  private static func destinations(
    of answer: StoreReading.Answer, _ key: RequestKey, in state: ClusterState
  ) -> [String] {
    var names: Set<String> = []
    if case .report(let report, _) = answer {
      names = Set(report.placements.map(\.destination))
    }
    if names.isEmpty {
      names = Set(
        state.parts(.placements, of: key).compactMap {
          $0.value(at: "/spec/targetDestinationName")?.string
        })
    }
    return names.sorted()
  }

  private func works(of key: RequestKey, in state: ClusterState) -> [Work] {
    state.parts(.works, of: key).flatMap { node -> [Work] in
      do throws(ManifestError) {
        return try Work.works(in: ManifestFile(object: node, from: client.server))
      } catch {
        logger.warning("\(error)")
        return []
      }
    }
  }

  private func sighting(_ answer: StoreReading.Answer, of key: RequestKey) -> Sighting {
    switch answer {
    case .report(let report, let store):
      records[key]?.timedOut = nil
      if !report.placements.isEmpty { records[key]?.home = store }
      return .report(report)
    case .unreadable(let store, let error):
      guard error.outcome == .timedOut, tips.outages[store] == nil else {
        return .unreadable(error, since: tips.lose(store, at: Date()))
      }
      // A check that took too long says nothing of the store, which has just named its tip.
      let since = records[key]?.timedOut ?? Date()
      records[key]?.timedOut = since
      postponed.insert(key)
      return .unreadable(error, since: since)
    }
  }
}

// MARK: Causes and writing

extension Controller {
  /// The judgements with their causes; one that turns out to be landed is left for the next look, and
  /// holds if that look finds the same.
  private func withCauses(
    _ open: [(request: WatchedRequest, first: Judgement)], _ state: ClusterState
  ) async -> [RequestKey: Judgement] {
    let search = CauseSearch(
      settings: platform.settings,
      reader: ClusterReader(client, deadline: .now + WatchOptions.patience),
      grace: options.grace.seconds)
    let questions = open.map { request, first in
      CauseSearch.Question(
        request: request, first: first, works: state.parts(.works, of: request.key),
        placements: state.parts(.placements, of: request.key))
    }
    var found = await search.judgements(on: questions)
    for (request, first) in open {
      let key = request.key
      if found[key] == nil, records[key]?.isContradicted != true {
        records[key]?.isContradicted = true
        postponed.insert(key)
        continue
      }
      let judgement = found[key] ?? first
      found[key] = judgement
      records[key]?.isContradicted = false
      records[key]?.cause = RequestRecord.Cause(first: first, judgement: judgement, asked: .now)
    }
    return found
  }

  private func write(_ settled: [RequestKey: RequestFinding], _ view: ClusterFollower.View) async {
    let now = Date()
    var entries: [ClusterWriter.Entry] = []
    for (key, finding) in settled {
      let judgement = finding.judgement
      let former = records[key]?.judgement
      let lastKnown = records[key]?.lastKnown
      records[key, default: RequestRecord()].judgement = judgement
      let request = view.state.requests[key]
      let known = options.writesStatus ? request?.known : records[key]?.announced
      if let status = judgement.verdict.conditionStatus, status != .unknown {
        records[key]?.lastKnown = judgement.verdict
      }
      let change = VerdictChange(
        key, to: judgement, from: lastKnown, isFirst: former == nil, known: known,
        destinations: finding.destinations, time: now)
      if let change { notifier?.send(change) }
      let decision = Decision(judgement, known: known, now: now)
      let condition = decision.condition ?? known
      board.set(
        key,
        VerdictBoard.Entry(
          judgement: judgement, since: condition?.lastTransitionTime ?? request?.completed ?? now,
          destinations: finding.destinations, places: finding.places,
          excerpts: finding.excerpts))
      guard let request, let resource = view.resources[key.promise] else { continue }
      if judgement.verdict == .landed, let former, former.verdict != .landed,
        let completed = request.completed
      {
        telemetry.landed(after: now.timeIntervalSince(completed))
      }
      guard decision.condition != nil || decision.event != nil else { continue }
      entries.append(
        ClusterWriter.Entry(
          request: request, resource: resource, decision: decision,
          works: view.state.parts(.works, of: key).compactMap(ObjectReference.init)))
    }
    guard !entries.isEmpty else { return }
    let failed = await writer.write(entries, deadline: .now + WatchOptions.patience * 4)
    postponed.formUnion(failed)
    var written: [RequestKey: StatusCondition] = [:]
    for entry in entries where !failed.contains(entry.request.key) {
      guard let condition = entry.decision.condition else { continue }
      written[entry.request.key] = condition
      records[entry.request.key]?.announced = condition
    }
    if options.writesStatus { await cluster.remember(written) }
  }
}
