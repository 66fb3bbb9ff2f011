internal import Foundation
internal import Git
internal import Kratix
internal import Landing
internal import Support
internal import Verification
internal import Web

/// The first page.
struct OverviewPage {
  /// A form that asks for something: its address, and the proof that it is ours.
  struct Action {
    var address: String
    var proof: String
  }

  var title: String
  var sum: String
  var sumKind: String
  /// Where what has not landed is listed, if there is any.
  var failing: String?
  /// What was just asked for.
  var notice: String?
  var query: String
  var promise: String
  var namespace: String
  var destination: String
  /// The choices of state and order.
  var fields: [ChoiceField]
  /// What may be filtered by, as suggestions.
  var promises: [String]
  var destinations: [String]
  var count: String
  var hasWorks: Bool
  var works: [WorkRowView]
  /// What is said where no Work is listed.
  var nothing: String
  var isFiltered: Bool
  var previous: String?
  var next: String?
  var hasPages: Bool
  var stores: [StoreView]
  /// Why nothing can be stored.
  var problem: String?
  var time: String
  var version: String

  init(
    _ overview: Overview, _ query: OverviewQuery, stores: [StoreView], problem: String?,
    notice: String? = nil, forge: (String) -> Forge? = { Forge(repository: $0) },
    version: String, at date: Date
  ) {
    (title, sum, sumKind) = Self.sum(of: overview)
    failing =
      overview.ready == overview.total ? nil : OverviewQuery(state: .notLanded).address()
    let away = stores.filter { $0.problem != nil }.map(\.name)
    if !away.isEmpty {
      let names = away.joined(separator: " and ")
      sum += " What is in \(names) now is not known: the last look or landing there failed."
      sumKind = "bad"
    }
    self.notice = notice
    self.query = query.text
    promise = query.promise
    namespace = query.wantedNamespace
    destination = query.destination
    fields = query.fields
    promises = Set(overview.counts.map(\.promise)).sorted()
    destinations = Set(overview.counts.map(\.destination)).sorted()
    count = "\(overview.found)"
    works = overview.works.map { WorkRowView($0, forge: forge, at: date) }
    hasWorks = !works.isEmpty
    isFiltered = !query.isOfAll
    nothing =
      overview.total == 0
      ? "Put a Work to /v1/namespaces/NAMESPACE/works/NAME, or run a pipeline with statestore "
        + "write --server."
      : "No Work matches."
    previous = query.page > 0 ? query.address(page: query.page) : nil
    let hasMore = overview.found > (query.page + 1) * OverviewQuery.pageSize
    next = hasMore ? query.address(page: query.page + 2) : nil
    hasPages = previous != nil || next != nil
    self.stores = stores
    self.problem = problem
    time = date.formatted(.iso8601)
    self.version = version
  }

  private static func sum(of overview: Overview) -> (title: String, sum: String, kind: String) {
    let waiting = overview.total - overview.ready
    if overview.total == 0 { return ("Nothing put yet", "Nothing has been put yet.", "wait") }
    if waiting == 0 {
      return ("All landed", "Yes: all \(overview.total) Works have landed.", "good")
    }
    let verb = waiting == 1 ? "is" : "are"
    return (
      "\(waiting) not ready", "\(waiting) of \(overview.total) Works \(verb) not ready.", "bad"
    )
  }
}

extension OverviewQuery {
  /// The address of a page of the same query, counted from 1.
  func address(page: Int = 1) -> String {
    PageAddress.text(
      "/",
      [
        ("q", text), ("state", state?.rawValue ?? ""), ("promise", promise),
        ("namespace", wantedNamespace), ("destination", destination),
        ("sort", order == .state ? "" : order.rawValue), ("page", page > 1 ? "\(page)" : ""),
      ])
  }

  fileprivate var fields: [ChoiceField] {
    [
      ChoiceField(
        "State", name: "state", chosen: state?.rawValue ?? "",
        [("", "all")] + State.allCases.map { ($0.rawValue, $0.text) }),
      ChoiceField(
        "Sort by", name: "sort", chosen: order.rawValue,
        Order.allCases.map { ($0.rawValue, $0.text) }),
    ]
  }
}

extension OverviewQuery.State {
  fileprivate var text: String {
    switch self {
    case .landed: "landed"
    case .failed: "failed"
    case .pending: "pending"
    case .notLanded: "not landed"
    case .removing: "being removed"
    }
  }
}

extension OverviewQuery.Order {
  fileprivate var text: String {
    switch self {
    case .state: "not landed first"
    case .name: "name"
    case .promise: "Promise"
    case .newest: "newest landing"
    }
  }
}

extension StoreView {
  /// - Throws: `LandingError` for a state store that is not there.
  init(
    _ name: String, on platform: Platforms.Version, _ status: StoreHealth.Status?, depth: Int,
    _ overview: Overview, drift: DriftPolicy, look: OverviewPage.Action?, at date: Date
  ) throws {
    let (_, description) = try platform.stores.store(name)
    let forge = platform.forge(of: description.url)
    self.name = name
    self.look = look
    self.drift =
      drift == .correct ? "changes by others are reverted" : "changes by others are reported"
    url = description.url
    branch = description.branch
    state = StateView(of: status)
    problem = status?.problem.map { problem in
      "\(RelativeAge.text(since: problem.since.formatted(.iso8601), at: date) ?? ""): \(problem.message)"
    }
    lastLook = status?.lastLook.map { look in
      CommitView(
        look.commit.hexadecimal, on: forge, time: look.date.formatted(.iso8601), at: date)
    }
    lastPush = overview.lastLandings.filter { $0.key.first == name }.map(\.value)
      .max { $0.time < $1.time }
      .map { CommitView($0.commit, on: forge, time: $0.time, at: date) }
    waiting = depth
    destinations = platform.stores.platform.destinations(in: description).map { destination in
      let own = overview.counts.filter { $0.store == name && $0.destination == destination.name }
      let last = overview.lastLandings[[name, destination.name]]
      return DestinationView(
        name: destination.name,
        works: OverviewQuery(destination: destination.name).address(),
        path: destination.path, counts: Self.text(of: own),
        state: Self.state(of: own),
        commit: last.map { CommitView($0.commit, on: forge, time: $0.time, at: date) })
    }
  }

  private static func text(of counts: [StandingCounts.Resources]) -> String {
    let sums = Dictionary(counts.map { ($0.verdict, $0.count) }, uniquingKeysWith: +)
    return Verdict.allCases.compactMap { verdict in
      sums[verdict].map { "\($0) \(verdict.rawValue)" }
    }.joined(separator: ", ")
  }

  private static func state(of counts: [StandingCounts.Resources]) -> StateView {
    if counts.isEmpty { return StateView("empty", "wait") }
    return counts.allSatisfy { $0.verdict == .landed }
      ? StateView("all landed", "good") : StateView("not all landed", "bad")
  }
}
