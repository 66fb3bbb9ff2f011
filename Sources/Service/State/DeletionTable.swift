internal import Foundation
internal import GRDB

/// The rows of deletions, which tell a late PUT of a deleted Work from a new one.
enum DeletionTable {
  /// What was deleted under a name and is remembered.
  static func deletions(of key: WorkKey, in database: Database) throws -> [Deletion] {
    let statement = try database.cachedStatement(
      sql: "SELECT uid, generation, deleted_at FROM deletions WHERE namespace = ? AND name = ?")
    return try Row.fetchAll(statement, arguments: [key.namespace, key.name]).map { row in
      let uid: String = row["uid"]
      return Deletion(
        uid: uid.isEmpty ? nil : uid, generation: row["generation"],
        date: Date(timeIntervalSince1970: row["deleted_at"]))
    }
  }

  /// Remembers a deletion, and forgets those that are too old for a late PUT.
  static func remember(_ deletion: Deletion, of key: WorkKey, in database: Database) throws {
    try database.cachedStatement(
      sql: """
        INSERT INTO deletions VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET generation = max(generation, excluded.generation),
          deleted_at = excluded.deleted_at
        """
    ).execute(arguments: [
      key.namespace, key.name, deletion.uid ?? "", deletion.generation,
      deletion.date.timeIntervalSince1970,
    ])
    try database.cachedStatement(sql: "DELETE FROM deletions WHERE deleted_at < ?").execute(
      arguments: [deletion.date.timeIntervalSince1970 - Deletion.lifetime])
  }
}
