internal import Foundation
internal import GRDB
internal import Verification

/// The numbers of Works by their state.
struct StandingCounts: Sendable {
  /// Works with the same verdict.
  struct Resources: Sendable {
    var store: String
    var destination: String
    var promise: String
    var verdict: Verdict
    var count: Int
  }

  /// What landed last at a Destination.
  struct LastLanding: Sendable {
    var commit: String
    var time: String
  }

  var resources: [Resources] = []
  /// What landed last, by state store and Destination.
  var lastLandings: [[String]: LastLanding] = [:]
  /// By state store, since when the Work has waited that has waited longest.
  var oldestUnsettled: [String: Date?] = [:]
}

extension StandingCounts {
  /// Counts Works by Destination, Promise and verdict.
  ///
  /// - Parameters:
  ///   - stores: The state stores for which the longest waiting Work is looked for.
  ///   - unread: The state stores that could not be read: the state of what is there is unknown.
  init(stores: [String], unread: [String], in database: Database) throws {
    resources = try Self.resources(in: database, unread: unread)
    lastLandings = try Self.lastLandings(in: database)
    oldestUnsettled = try Dictionary(
      uniqueKeysWithValues: stores.map { ($0, try Self.oldestUnsettled(in: $0, database)) })
  }

  private static func oldestUnsettled(in store: String, _ database: Database) throws -> Date? {
    try Double.fetchOne(
      database,
      sql: """
        SELECT min(changed_at) FROM works LEFT JOIN results
          ON results.namespace = works.namespace AND results.name = works.name
          AND results.store = ?
        WHERE results.revision IS NOT works.revision OR NOT results.is_done
        """, arguments: [store]
    ).map(Date.init(timeIntervalSince1970:))
  }

  /// How many placements there are for each verdict, of those that fulfil all conditions.
  static func resources(
    in database: Database, _ conditions: [SQL] = [], unread: [String]
  ) throws -> [Resources] {
    let verdict: SQL =
      unread.isEmpty
      ? "verdict" : "iif(store IN \(unread), \(Verdict.unknown.rawValue), verdict)"
    let rows = try SQLRequest<Row>(
      literal: """
        SELECT store, destination, promise, \(verdict) AS known, count(*) AS count
        FROM placements WHERE \((conditions + ["TRUE"]).joined(operator: .and))
        GROUP BY store, destination, promise, known
        """
    ).fetchAll(database)
    return rows.compactMap { row in
      Verdict(rawValue: row["known"]).map { verdict in
        Resources(
          store: row["store"], destination: row["destination"], promise: row["promise"],
          verdict: verdict, count: row["count"])
      }
    }
  }

  /// The last landing at each Destination, of the placements that fulfil all conditions.
  static func lastLandings(
    in database: Database, _ conditions: [SQL] = []
  ) throws -> [[String]: LastLanding] {
    // SQLite gives the other columns of the row that has the maximum.
    let rows = try SQLRequest<Row>(
      literal: """
        SELECT store, destination, commit_id, max(landed_at) AS landed_at
        FROM placements WHERE \((conditions + ["TRUE"]).joined(operator: .and))
        GROUP BY store, destination
        """
    ).fetchAll(database)
    return Dictionary(
      rows.map { row in
        (
          [row["store"], row["destination"]],
          LastLanding(commit: row["commit_id"], time: row["landed_at"])
        )
      }
    ) { first, _ in first }
  }
}
