internal import GRDB

/// Which Works a person wants to see, and in which order.
struct OverviewQuery: Sendable {
  /// How far a Work is.
  enum State: String, Sendable, CaseIterable {
    case landed, failed, pending
    /// Failed or pending.
    case notLanded = "not-landed"
    case removing
  }

  enum Order: String, Sendable, CaseIterable {
    /// What is not ready first.
    case state
    case name, promise
    /// What landed last first.
    case newest
  }

  /// A part of the name, the namespace, the request's name or the Promise's.
  var text = ""
  var state: State?
  var promise = ""
  var destination = ""
  /// The namespace that is asked for.
  var wantedNamespace = ""
  var order = Order.state
  /// The one namespace that may be seen.
  var namespace: String?
  /// State stores that could not be read: what has a placement there is not ready.
  var unreadStores: [String] = []
  /// From 0.
  var page = 0

  /// How many Works are on one page.
  static let pageSize = 50

  /// Whether everything is asked for.
  var isOfAll: Bool {
    state == nil && [text, promise, destination, wantedNamespace].allSatisfy(\.isEmpty)
  }
}

/// What a person sees first.
struct Overview: Sendable {
  /// All Works that may be seen, and those of them that are ready.
  var total = 0
  var ready = 0
  /// How many the query lets through.
  var found = 0
  /// A page of them, those that are not ready first.
  var works: [DesiredWork] = []
  /// How many stand how, by state store, Destination and Promise.
  var counts: [StandingCounts.Resources] = []
  /// By state store and Destination.
  var lastLandings: [[String]: StandingCounts.LastLanding] = [:]
}

extension OverviewQuery {
  /// What a person sees first.
  func overview(in database: Database) throws -> Overview {
    var overview = Overview()
    func count(_ conditions: [SQL]) throws -> Int {
      let condition = (conditions + ["TRUE"]).joined(operator: .and)
      return try SQLRequest<Int>(literal: "SELECT count(*) FROM works WHERE \(condition)")
        .fetchOne(database) ?? 0
    }
    let visible: [SQL] = namespace.map { ["namespace = \($0)"] } ?? []
    overview.total = try count(visible)
    overview.ready = try count(visible + [isReady])
    overview.found = try count(visible + conditions)
    let condition = (visible + conditions + ["TRUE"]).joined(operator: .and)
    let rows = try SQLRequest<Row>(
      literal: """
        SELECT * FROM works WHERE \(condition) ORDER BY \(ordering)
        LIMIT \(OverviewQuery.pageSize) OFFSET \(page * OverviewQuery.pageSize)
        """
    ).fetchAll(database)
    overview.works = try rows.map { try WorkTable.work($0, in: database) }
    overview.counts = try StandingCounts.resources(in: database, visible, unread: unreadStores)
    overview.lastLandings = try StandingCounts.lastLandings(in: database, visible)
    return overview
  }

  private var isReady: SQL {
    guard !unreadStores.isEmpty else { return "is_ready" }
    return """
      (is_ready AND NOT EXISTS (
        SELECT 1 FROM placements WHERE placements.namespace = works.namespace
          AND placements.name = works.name AND store IN \(unreadStores)))
      """
  }

  private var conditions: [SQL] {
    var conditions: [SQL] = state.map { [condition(of: $0)] } ?? []
    if !text.isEmpty {
      conditions.append(
        "instr(namespace || '/' || name || ' ' || promise || ' ' || resource, \(text))")
    }
    if !promise.isEmpty { conditions.append("promise = \(promise)") }
    if !wantedNamespace.isEmpty { conditions.append("namespace = \(wantedNamespace)") }
    if !destination.isEmpty {
      conditions.append(
        """
        EXISTS (SELECT 1 FROM placements WHERE placements.namespace = works.namespace
          AND placements.name = works.name AND destination = \(destination))
        """)
    }
    return conditions
  }

  private func condition(of state: State) -> SQL {
    // `Ready` is the fourth condition.
    let isPending: SQL =
      """
      (NOT \(isReady) AND coalesce(
        iif(json_valid(conditions), json_extract(conditions, '$[3].reason'), NULL), \
      \(Self.pending)) = \(Self.pending))
      """
    switch state {
    case .landed: return "(\(isReady) AND removal_requested_at IS NULL)"
    case .notLanded: return "NOT \(isReady)"
    case .pending: return "(\(isPending) AND removal_requested_at IS NULL)"
    case .failed: return "NOT (\(isReady) OR \(isPending))"
    case .removing: return "removal_requested_at IS NOT NULL"
    }
  }

  private static let pending = Condition.Finding.pendingReason

  private var ordering: SQL {
    switch order {
    case .state: "\(isReady), namespace, name"
    case .name: "namespace, resource, name"
    case .promise: "promise, namespace, name"
    case .newest:
      """
      (SELECT max(landed_at) FROM placements WHERE placements.namespace = works.namespace
        AND placements.name = works.name) DESC, namespace, name
      """
    }
  }
}
