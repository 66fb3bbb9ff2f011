internal import Foundation
internal import GRDB
internal import Landing

/// The rows of results: what became of each Work in each state store.
enum ResultTable {
  /// What became of a Work, in the order of the state stores.
  static func results(of key: WorkKey, in database: Database) throws -> [StoreResult] {
    try Row.fetchAll(
      database.cachedStatement(
        sql: """
          SELECT store, revision, result FROM results WHERE namespace = ? AND name = ?
          ORDER BY store
          """),
      arguments: [key.namespace, key.name]
    ).map { row in
      do { return try JSONText.decode(row["result"]) } catch {
        return StoreResult(unreadable: key, in: row["store"], revision: row["revision"])
      }
    }
  }

  /// Stores a result, with the placements and landings in it.
  static func store(
    _ result: StoreResult, of work: DesiredWork, in database: Database
  ) throws {
    let key = work.key
    try database.cachedStatement(
      sql: """
        INSERT INTO results VALUES (:namespace, :name, :store, :revision, :done, :result)
        ON CONFLICT DO UPDATE SET revision = excluded.revision, is_done = excluded.is_done,
          result = excluded.result
        """
    ).execute(arguments: [
      "namespace": key.namespace, "name": key.name, "store": result.store,
      "revision": result.revision, "done": result.outcome.isSuccess,
      "result": try JSONText.encode(result),
    ])
    try PlacementTable.replace(with: result, of: work, in: database)
    try LandingTable.add(result, of: key, in: database)
  }

  /// The Works whose result in a state store says that others have changed them.
  static func drifted(in store: String, _ database: Database) throws -> [WorkKey] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT namespace, name FROM results
        WHERE store = ?
          AND iif(json_valid(result), json_extract(result, '$.drift'), NULL) IS NOT NULL
        """, arguments: [store]
    ).map { WorkKey(namespace: $0["namespace"], name: $0["name"]) }
  }

  /// The Works that have no result of their last revision in a state store, or none that can be read.
  static func unsettled(in store: String, _ database: Database) throws -> [WorkKey] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT works.namespace, works.name FROM works LEFT JOIN results
          ON results.namespace = works.namespace AND results.name = works.name
          AND results.store = ?
        WHERE results.revision IS NOT works.revision OR NOT results.is_done
          OR works.removal_requested_at IS NOT NULL
          OR NOT json_valid(results.result) OR NOT json_valid(works.conditions)
        ORDER BY works.created_at
        """, arguments: [store]
    ).map { WorkKey(namespace: $0["namespace"], name: $0["name"]) }
  }
}
