internal import Foundation
internal import KubernetesAPI
internal import Support

/// Which requests are to be shown.
struct VerdictQuery: Sendable, Hashable {
  var verdict: Judgement.Verdict?
  var promise = ""
  var namespace = ""
  var destination = ""
  /// From 0.
  var page = 0

  static let pageSize = 50

  func matches(_ key: RequestKey, _ entry: VerdictBoard.Entry) -> Bool {
    (verdict == nil || entry.judgement.verdict == verdict)
      && (promise.isEmpty || key.promise == promise)
      && (namespace.isEmpty || key.namespace == namespace)
      && (destination.isEmpty || entry.destinations.contains(destination))
  }

  /// The address of a page, counted from 1.
  func address(page: Int = 1) -> String {
    var components = URLComponents()
    components.path = "/"
    components.queryItems = [
      ("verdict", verdict?.rawValue ?? ""), ("promise", promise), ("namespace", namespace),
      ("destination", destination), ("page", page > 1 ? "\(page)" : ""),
    ].filter { !$0.1.isEmpty }.map { URLQueryItem(name: $0.0, value: $0.1) }
    return components.queryItems?.isEmpty == true ? "/" : components.string ?? "/"
  }
}

/// The texts of the page that shows what has become of each request.
struct VerdictPage {
  /// A choice among the verdicts.
  struct Choice {
    var name: String
    var label: String
    var isChosen: Bool
  }

  /// One request.
  struct Row {
    var name: String
    var namespace: String
    var promise: String
    var promiseLink: String
    var namespaceLink: String
    var word: String
    var kind: String
    var reason: String
    var message: String
    var destinations: [Link]
    var since: String
    var age: String
  }

  /// A Destination, with the address of what is there.
  struct Link {
    var text: String
    var address: String
  }

  var title: String
  var sum: String
  var sumKind: String
  var counts: String
  var choices: [Choice]
  var promise: String
  var namespace: String
  var destination: String
  var found: String
  var rows: [Row]
  var hasRows: Bool
  var previous: String?
  var next: String?
  var hasPages: Bool
  var time: String
  var version: String

  init(
    _ state: VerdictBoard.State, _ query: VerdictQuery, problem: String?, version: String,
    at date: Date
  ) {
    let counts = state.counts
    let failing = Judgement.Verdict.allCases.filter { $0.conditionStatus == .isFalse }
      .reduce(0) { $0 + (counts[$1] ?? 0) }
    (sum, sumKind) = Self.sum(of: state, counts, failing: failing, problem: problem)
    title = (failing > 0 ? "\(failing) not landed" : "Requests") + " · statestore watch"
    self.counts = Judgement.Verdict.allCases.compactMap { verdict in
      counts[verdict].flatMap { $0 > 0 ? "\($0) \(verdict.rawValue)" : nil }
    }.joined(separator: ", ")
    choices =
      [Choice(name: "", label: "all", isChosen: query.verdict == nil)]
      + Judgement.Verdict.allCases.map {
        Choice(name: $0.rawValue, label: $0.rawValue, isChosen: query.verdict == $0)
      }
    promise = query.promise
    namespace = query.namespace
    destination = query.destination
    let matching = state.entries.filter { query.matches($0.key, $0.value) }
      .sorted { (Self.rank($0.value), $0.key) < (Self.rank($1.value), $1.key) }
    found = "\(matching.count)"
    let first = query.page * VerdictQuery.pageSize
    rows = matching.dropFirst(first).prefix(VerdictQuery.pageSize).map {
      Row($0.key, $0.value, isCurrent: state.isCurrent, at: date)
    }
    hasRows = !rows.isEmpty
    previous = query.page > 0 ? query.address(page: query.page) : nil
    next =
      matching.count > first + VerdictQuery.pageSize
      ? query.address(page: query.page + 2) : nil
    hasPages = previous != nil || next != nil
    time = date.formatted(.iso8601)
    self.version = version
  }

  private static func sum(
    of state: VerdictBoard.State, _ counts: [Judgement.Verdict: Int], failing: Int,
    problem: String?
  ) -> (String, String) {
    if let problem { return ("Nothing is known now: \(problem)", "bad") }
    if state.count == 0, state.entries.isEmpty {
      return ("This replica watches no requests: another one acts, or there are none.", "wait")
    }
    guard state.isCurrent else {
      return ("Nothing is known now: the API server cannot be read.", "bad")
    }
    if failing > 0 { return ("\(failing) of \(state.count) requests have not landed.", "bad") }
    let landed = counts[.landed] ?? 0
    return landed == state.count
      ? ("Yes: all \(landed) requests have landed.", "good")
      : ("\(landed) of \(state.count) requests have landed.", "wait")
  }

  /// What has not landed comes first.
  private static func rank(_ entry: VerdictBoard.Entry) -> Int {
    switch entry.judgement.verdict.conditionStatus {
    case .isFalse: 0
    case .unknown: 1
    case nil: 2
    case .isTrue: 3
    }
  }
}

extension VerdictPage.Row {
  fileprivate init(_ key: RequestKey, _ entry: VerdictBoard.Entry, isCurrent: Bool, at date: Date) {
    name = key.name
    namespace = key.namespace
    promise = key.promise
    promiseLink = VerdictQuery(promise: key.promise).address()
    namespaceLink = VerdictQuery(namespace: key.namespace).address()
    word = isCurrent ? entry.judgement.verdict.rawValue : "unknown"
    kind =
      switch entry.judgement.verdict.conditionStatus {
      case .isTrue where isCurrent: "good"
      case .isFalse where isCurrent: "bad"
      default: "wait"
      }
    reason = entry.judgement.reason
    message = entry.judgement.message
    destinations = entry.destinations.map {
      VerdictPage.Link(text: $0, address: VerdictQuery(destination: $0).address())
    }
    since = entry.since.formatted(.iso8601)
    age = RelativeAge.text(since: since, at: date) ?? ""
  }
}
