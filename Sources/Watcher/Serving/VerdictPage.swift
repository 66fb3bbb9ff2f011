internal import Foundation
internal import KubernetesAPI
internal import Support
internal import Web

/// Which requests are to be shown.
struct VerdictQuery: Sendable, Hashable {
  var verdict: Judgement.Verdict?
  var promise = ""
  var namespace = ""
  var destination = ""
  var order = Order.state
  /// From 0.
  var page = 0

  enum Order: String, Sendable, CaseIterable {
    /// What has not landed first.
    case state
    case name, promise
    /// What changed last first.
    case newest
  }

  static let pageSize = 50

  func matches(_ key: RequestKey, _ entry: VerdictBoard.Entry) -> Bool {
    (verdict == nil || entry.judgement.verdict == verdict)
      && (promise.isEmpty || key.promise == promise)
      && (namespace.isEmpty || key.namespace == namespace)
      && (destination.isEmpty || entry.destinations.contains(destination))
  }

  /// The address of a page, counted from 1.
  func address(page: Int = 1) -> String {
    PageAddress.text(
      "/",
      [
        ("verdict", verdict?.rawValue ?? ""), ("promise", promise), ("namespace", namespace),
        ("destination", destination), ("sort", order == .state ? "" : order.rawValue),
        ("page", page > 1 ? "\(page)" : ""),
      ])
  }

  var isOfAll: Bool {
    verdict == nil && [promise, namespace, destination].allSatisfy(\.isEmpty)
  }

  /// Whether one request is listed before another.
  func isBefore(
    _ left: (key: RequestKey, value: VerdictBoard.Entry),
    _ right: (key: RequestKey, value: VerdictBoard.Entry)
  ) -> Bool {
    switch order {
    case .state: (left.value.rank, left.key) < (right.value.rank, right.key)
    case .name:
      (left.key.namespace, left.key.name, left.key.promise)
        < (right.key.namespace, right.key.name, right.key.promise)
    case .promise: left.key < right.key
    case .newest: (right.value.since, left.key) < (left.value.since, right.key)
    }
  }
}

extension VerdictBoard.Entry {
  /// What has not landed comes first.
  fileprivate var rank: Int {
    switch judgement.verdict.conditionStatus {
    case .isFalse: 0
    case .unknown: 1
    case nil: 2
    case .isTrue: 3
    }
  }
}

extension VerdictQuery.Order {
  fileprivate var text: String {
    switch self {
    case .state: "not landed first"
    case .name: "name"
    case .promise: "Promise"
    case .newest: "newest change"
    }
  }
}

/// The texts of the page that shows what has become of each request.
struct VerdictPage {
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
    var places: [VerdictBoard.Place]
    var excerpts: [VerdictBoard.Excerpt]
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
  /// The choices of state and order.
  var fields: [ChoiceField]
  var promise: String
  var namespace: String
  var destination: String
  var found: String
  var rows: [Row]
  var hasRows: Bool
  /// What is said where no request is listed.
  var nothing: String
  var isFiltered: Bool
  var previous: String?
  var next: String?
  var hasPages: Bool
  /// Whether the form for a look at the branches is shown.
  var mayLook: Bool
  var time: String
  var version: String

  init(
    _ state: VerdictBoard.State, _ query: VerdictQuery, problem: String?, mayLook: Bool,
    version: String, at date: Date
  ) {
    self.mayLook = mayLook
    let counts = state.counts
    let failing = Judgement.Verdict.allCases.filter { $0.conditionStatus == .isFalse }
      .reduce(0) { $0 + (counts[$1] ?? 0) }
    (sum, sumKind) = Self.sum(of: state, counts, failing: failing, problem: problem)
    title = (failing > 0 ? "\(failing) not landed" : "Requests")
    self.counts = Judgement.Verdict.allCases.compactMap { verdict in
      counts[verdict].flatMap { $0 > 0 ? "\($0) \(verdict.rawValue)" : nil }
    }.joined(separator: ", ")
    fields = [
      ChoiceField(
        "State", name: "verdict", chosen: query.verdict?.rawValue ?? "",
        [("", "all")] + Judgement.Verdict.allCases.map { ($0.rawValue, $0.rawValue) }),
      ChoiceField(
        "Sort by", name: "sort", chosen: query.order.rawValue,
        VerdictQuery.Order.allCases.map { ($0.rawValue, $0.text) }),
    ]
    promise = query.promise
    namespace = query.namespace
    destination = query.destination
    let matching = state.entries.filter { query.matches($0.key, $0.value) }
      .sorted(by: query.isBefore)
    found = "\(matching.count)"
    let first = query.page * VerdictQuery.pageSize
    rows = matching.dropFirst(first).prefix(VerdictQuery.pageSize).map {
      Row($0.key, $0.value, isCurrent: state.isCurrent, at: date)
    }
    hasRows = !rows.isEmpty
    isFiltered = !query.isOfAll
    nothing = isFiltered ? "No request matches." : "There are no requests yet."
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
    places = entry.places
    excerpts = isCurrent ? entry.excerpts : []
    since = entry.since.formatted(.iso8601)
    age = RelativeAge.text(since: since, at: date) ?? ""
  }
}
