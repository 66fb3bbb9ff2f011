internal import Foundation
internal import GRDB

/// How the Works stand, in numbers.
struct StandingCounts: Sendable {
  /// Works that stand alike.
  struct Resources: Sendable {
    var store: String
    var destination: String
    var promise: String
    var verdict: StoreResult.Verdict
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
  /// - Parameter stores: The state stores for which is looked who has waited longest.
  /// - Throws: `StorageError`.
  nonisolated func counts(stores: [String]) async throws -> StandingCounts {
    try await read { database in
      StandingCounts(
        resources: try Self.resources(in: database),
        lastLandings: try Self.lastLandings(in: database),
        oldestUnsettled: try Dictionary(
          uniqueKeysWithValues: stores.map { ($0, try Self.oldestUnsettled(in: $0, database)) }))
    }
  }

  /// How many stand how of what fulfils all conditions.
  static func resources(
    in database: Database, _ conditions: [SQL] = []
  ) throws -> [StandingCounts.Resources] {
    let rows = try SQLRequest<Row>(
      literal: """
        SELECT store, destination, promise, verdict, count(*) AS count
        FROM placements WHERE \((conditions + ["TRUE"]).joined(operator: .and))
        GROUP BY store, destination, promise, verdict
        """
    ).fetchAll(database)
    return rows.compactMap { row in
      StoreResult.Verdict(rawValue: row["verdict"]).map { verdict in
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
