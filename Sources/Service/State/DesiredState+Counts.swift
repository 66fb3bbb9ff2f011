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
  /// By state store, since when the Work has waited that has waited longest.
  var oldestUnsettled: [String: Date?] = [:]
}

extension DesiredState {
  /// Counts Works by Destination, Promise and verdict.
  ///
  /// - Throws: `StorageError`.
  nonisolated func counts(stores: [String]) async throws -> StandingCounts {
    try await read { database in
      var counts = StandingCounts()
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT store, destination, promise, verdict, count(*) AS count
          FROM placements JOIN works USING (namespace, name) GROUP BY 1, 2, 3, 4
          """)
      counts.resources = rows.compactMap { row in
        StoreResult.Verdict(rawValue: row["verdict"]).map { verdict in
          StandingCounts.Resources(
            store: row["store"], destination: row["destination"], promise: row["promise"],
            verdict: verdict, count: row["count"])
        }
      }
      for store in stores {
        let oldest = try Double.fetchOne(
          database,
          sql: """
            SELECT min(changed_at) FROM works LEFT JOIN results
              ON results.namespace = works.namespace AND results.name = works.name
              AND results.store = ?
            WHERE results.revision IS NOT works.revision OR NOT results.is_done
            """, arguments: [store])
        counts.oldestUnsettled[store] = .some(oldest.map(Date.init(timeIntervalSince1970:)))
      }
      return counts
    }
  }
}
