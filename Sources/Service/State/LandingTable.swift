internal import GRDB
internal import Git
internal import Landing

/// One commit that a Work came to.
struct PastLanding: Sendable {
  var url: String
  var commit: String
  var outcome: String
  /// When it was read back, in RFC 3339.
  var time: String
}

/// The rows of landings: the commits of each Work, of which the last are remembered.
enum LandingTable {
  /// How many landings of a Work are remembered.
  private static let mostLandings = 50

  /// The last landings of a Work, newest first.
  static func landings(of key: WorkKey, in database: Database) throws -> [PastLanding] {
    try Row.fetchAll(
      database,
      sql: "SELECT * FROM landings WHERE namespace = ? AND name = ? ORDER BY id DESC",
      arguments: [key.namespace, key.name]
    ).map { row in
      PastLanding(
        url: row["url"], commit: row["commit_id"], outcome: row["outcome"], time: row["landed_at"])
    }
  }

  /// Remembers the commits of a result that made any.
  static func add(_ result: StoreResult, of key: WorkKey, in database: Database) throws {
    guard result.outcome.isSuccess, let receipt = result.receipt else { return }
    let made = receipt.placements.filter { $0.commit != nil }
    guard !made.isEmpty else { return }
    let insert = try database.cachedStatement(
      sql: """
        INSERT INTO landings (namespace, name, store, url, commit_id, outcome, landed_at)
        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """)
    for placement in made {
      try insert.execute(arguments: [
        key.namespace, key.name, result.store, receipt.stateStore.url,
        placement.commit?.description, placement.outcome.rawValue, receipt.verifiedAt,
      ])
    }
    try database.cachedStatement(
      sql: """
        DELETE FROM landings WHERE namespace = ? AND name = ? AND id NOT IN (
          SELECT id FROM landings WHERE namespace = ? AND name = ? ORDER BY id DESC LIMIT ?)
        """
    ).execute(arguments: [
      key.namespace, key.name, key.namespace, key.name, Self.mostLandings,
    ])
  }
}
