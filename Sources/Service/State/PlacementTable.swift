internal import Foundation
internal import GRDB
internal import Git
internal import Landing
internal import Verification

/// The rows of placements: what is in the state stores, by the last results.
enum PlacementTable {
  /// Stores the placements of a result in the place of those before.
  static func replace(
    with result: StoreResult, of work: DesiredWork, in database: Database
  ) throws {
    let key = work.key
    try database.cachedStatement(
      sql: "DELETE FROM placements WHERE namespace = ? AND name = ? AND store = ?"
    ).execute(arguments: [key.namespace, key.name, result.store])
    let insert = try database.cachedStatement(
      sql: "INSERT INTO placements VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    for (placement, landing) in result.standing {
      try insert.execute(arguments: [
        key.namespace, key.name, result.store, placement.path, placement.destination,
        placement.tree?.description, landing.commit, landing.time, result.verdict.rawValue,
        work.promise,
      ])
    }
  }

  /// A part of what is in a state store and is to stay as it is, in the order of Works and paths.
  static func expectations(
    in store: String, after last: StandingExpectation?, limit: Int, _ database: Database
  ) throws -> [StandingExpectation] {
    let isAfter: SQL =
      last.map { last in
        """
        (placements.namespace, placements.name, placements.store, path)
          > (\(last.key.namespace), \(last.key.name), \(store), \(last.path))
        """
      } ?? "TRUE"
    return try expectations(
      in: store,
      where: """
        \(isAfter) ORDER BY placements.namespace, placements.name, placements.store, path
        LIMIT \(limit)
        """
    ).fetchAll(database).map(expectation)
  }

  /// What of some Works is in a state store and is to stay as it is.
  static func expectations(
    in store: String, of keys: Set<WorkKey>, _ database: Database
  ) throws -> [StandingExpectation] {
    try keys.flatMap { key in
      try expectations(
        in: store,
        where: "placements.namespace = \(key.namespace) AND placements.name = \(key.name)"
      ).fetchAll(database).map(expectation)
    }
  }

  /// How many placements are in a state store and are to stay as they are.
  static func count(in store: String, _ database: Database) throws -> Int {
    try expectations(in: store, where: "TRUE").fetchCount(database)
  }

  /// In the order of the placements' primary key, so that a part is read without the rest: the sign
  /// before the store keeps SQLite from an index by stores, after which everything would be sorted.
  private static func expectations(in store: String, where condition: SQL) -> SQLRequest<Row> {
    SQLRequest(
      literal: """
        SELECT placements.namespace, placements.name, works.revision, path, destination, tree,
          iif(tree IS NULL, result, NULL) AS result,
          json_extract(result, '$.verification.platform') AS verified_platform,
          json_extract(result, '$.verification.trees."' || destination || '"') AS verified_tree
        FROM placements CROSS JOIN works USING (namespace, name)
          CROSS JOIN results USING (namespace, name, store)
        WHERE +placements.store = \(store) AND results.revision = works.revision AND is_done
          AND removal_requested_at IS NULL AND \(condition)
        """)
  }

  /// Where the result cannot be read, nothing is expected of the files.
  private static func expectation(_ row: Row) -> StandingExpectation {
    StandingExpectation(
      key: WorkKey(namespace: row["namespace"], name: row["name"]), revision: row["revision"],
      path: row["path"], destination: row["destination"], tree: row["tree"],
      files: (row["result"] as String?).flatMap { try? files(in: $0, of: row["path"]) } ?? [:],
      verified: (row["verified_platform"] as String?).map { platform in
        StandingExpectation.Verified(platform: platform, tree: row["verified_tree"])
      })
  }

  /// The files of a placement, by the receipt in a result.
  private static func files(in result: String, of path: String) throws -> [String: String] {
    let result: StoreResult = try JSONText.decode(result)
    let placements = result.receipt?.placements.filter { $0.path == path } ?? []
    return Dictionary(
      placements.flatMap(\.files).map { ($0.path, $0.blob.hexadecimal) }
    ) { first, _ in first }
  }
}
