internal import Foundation
internal import GRDB
internal import Verification

/// How the Works stand, in numbers.
struct StandingCounts: Sendable {
  /// Works that stand alike.
  struct Resources: Sendable {
    var store: String
    var destination: String
    var promise: String
    var verdict: Verdict
    var count: Int
  }

  var resources: [Resources] = []
  /// What landed last, by state store and Destination.
  var lastLandings: [[String]: Overview.LastLanding] = [:]
  /// By state store, since when the Work has waited that has waited longest.
  var oldestUnsettled: [String: Date?] = [:]
}

extension DesiredState {
  /// Counts Works by Destination, Promise and verdict.
  ///
  /// - Parameters:
  ///   - stores: The state stores for which is looked who has waited longest.
  ///   - unread: The state stores that could not be read: how what is there stands is unknown.
  /// - Throws: `StorageError`.
  nonisolated func counts(stores: [String], unread: [String]) async throws -> StandingCounts {
    try await read { database in
      StandingCounts(
        resources: try Self.resources(in: database, unread: unread),
        lastLandings: try Self.lastLandings(in: database),
        oldestUnsettled: try Dictionary(
          uniqueKeysWithValues: stores.map { ($0, try Self.oldestUnsettled(in: $0, database)) }))
    }
  }

  /// How many stand how of what fulfils all conditions.
  static func resources(
    in database: Database, _ conditions: [SQL] = [], unread: [String]
  ) throws -> [StandingCounts.Resources] {
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
        StandingCounts.Resources(
          store: row["store"], destination: row["destination"], promise: row["promise"],
          verdict: verdict, count: row["count"])
      }
    }
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
}
