internal import Foundation
internal import Git
internal import Kratix
internal import Landing
internal import Support
internal import Verification

/// The first page.
struct OverviewPage {
  var title: String
  var sum: String
  var sumKind: String
  var query: String
  var onlyFailing: Bool
  var count: String
  var hasWorks: Bool
  var works: [WorkRowView]
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
    version: String, at date: Date
  ) {
    let waiting = overview.total - overview.ready
    title = waiting == 0 ? "All landed · statestore" : "\(waiting) not ready · statestore"
    if overview.total == 0 {
      (sum, sumKind) = ("Nothing has been put yet.", "wait")
    } else if waiting == 0 {
      (sum, sumKind) = ("Yes: all \(overview.total) Works have landed.", "good")
    } else {
      let verb = waiting == 1 ? "is" : "are"
      (sum, sumKind) = ("\(waiting) of \(overview.total) Works \(verb) not ready.", "bad")
    }
    let away = stores.filter { $0.problem != nil }.map(\.name)
    if !away.isEmpty {
      let names = away.joined(separator: " and ")
      sum += " What is in \(names) now is not known: the last look or landing there failed."
      sumKind = "bad"
    }
    self.query = query.text
    onlyFailing = query.onlyFailing
    count = "\(overview.found)"
    works = overview.works.map { WorkRowView($0, at: date) }
    hasWorks = !works.isEmpty
    previous = query.page > 0 ? query.address(page: query.page) : nil
    let hasMore = overview.found > (query.page + 1) * OverviewQuery.pageSize
    next = hasMore ? query.address(page: query.page + 2) : nil
    hasPages = previous != nil || next != nil
    self.stores = stores
    self.problem = problem
    time = date.formatted(.iso8601)
    self.version = version
  }
}

extension OverviewQuery {
  /// Where a page of the same query is, counted from 1.
  fileprivate func address(page: Int) -> String {
    var components = URLComponents()
    components.path = "/"
    components.queryItems = [URLQueryItem(name: "q", value: text)]
    if onlyFailing { components.queryItems?.append(URLQueryItem(name: "not", value: "landed")) }
    components.queryItems?.append(URLQueryItem(name: "page", value: "\(page)"))
    return components.string ?? "/"
  }
}

extension StoreView {
  /// - Throws: `LandingError` for a state store that is not there.
  init(
    _ name: String, on platform: Platforms.Version, _ status: StoreHealth.Status?, depth: Int,
    _ overview: Overview, at date: Date
  ) throws {
    let (_, description) = try platform.stores.store(name)
    self.name = name
    url = description.url
    branch = description.branch
    state = StateView(of: status)
    problem = status?.problem.map { problem in
      "\(RelativeAge.text(since: problem.since.formatted(.iso8601), at: date) ?? ""): \(problem.message)"
    }
    lastLook = status?.lastLook.map { look in
      CommitView(
        look.commit.hexadecimal, in: description.url, time: look.date.formatted(.iso8601), at: date)
    }
    waiting = depth
    destinations = platform.stores.platform.destinations(in: description).map { destination in
      let own = overview.counts.filter { $0.store == name && $0.destination == destination.name }
      let last = overview.lastLandings[[name, destination.name]]
      return DestinationView(
        name: destination.name, path: destination.path, counts: Self.text(of: own),
        state: Self.state(of: own),
        commit: last.map { CommitView($0.commit, in: description.url, time: $0.time, at: date) })
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
      ? StateView("all landed", "good") : StateView("look", "bad")
  }
}
