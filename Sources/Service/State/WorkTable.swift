internal import Foundation
internal import GRDB

/// The rows of Works and of their labels.
enum WorkTable {
  /// A Work with what became of it; `nil` when there is none.
  static func work(_ key: WorkKey, in database: Database) throws -> DesiredWork? {
    let row = try Row.fetchOne(
      database.cachedStatement(sql: "SELECT * FROM works WHERE namespace = ? AND name = ?"),
      arguments: [key.namespace, key.name])
    return try row.map { try work($0, in: database) }
  }

  /// A Work that must be there.
  static func require(_ key: WorkKey, in database: Database) throws -> DesiredWork {
    guard let work = try work(key, in: database) else {
      throw StorageError("\(key) is missing in the transaction that wrote it")
    }
    return work
  }

  /// The Work that a row is of, with what became of it.
  static func work(_ row: Row, in database: Database) throws -> DesiredWork {
    var work = DesiredWork(row)
    work.results = try ResultTable.results(of: work.key, in: database)
    return work
  }

  /// Stores what a client submits in the place of what is there.
  static func store(
    _ submission: WorkSubmission, _ generation: Int64, at date: Date, in database: Database
  ) throws -> DesiredWork {
    let key = submission.key
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO works (namespace, name, revision, generation, uid, promise, resource,
          identity, spec_digest, metadata_digest, document, created_at, changed_at, conditions)
        VALUES (:namespace, :name, 1, :generation, :uid, :promise, :resource,
          :identity, :spec, :metadata, :document, :date, :date, :conditions)
        ON CONFLICT DO UPDATE SET revision = revision + 1, generation = excluded.generation,
          uid = coalesce(excluded.uid, uid), promise = excluded.promise,
          resource = excluded.resource, identity = excluded.identity, spec_digest = excluded.spec_digest,
          metadata_digest = excluded.metadata_digest, document = excluded.document,
          changed_at = excluded.changed_at, conditions = excluded.conditions,
          removal_requested_at = NULL, is_ready = FALSE
        """)
    try statement.execute(arguments: [
      "namespace": key.namespace, "name": key.name, "generation": generation,
      "uid": submission.uid, "identity": submission.identity, "promise": submission.promise,
      "resource": submission.resource,
      "spec": submission.specDigest, "metadata": submission.metadataDigest,
      "document": submission.document, "date": date.timeIntervalSince1970,
      "conditions": try JSONText.encode(
        Condition.updated([], with: WorkConditions.pending, generation: generation, at: date)),
    ])
    try replaceLabels(of: submission, in: database)
    return try require(key, in: database)
  }

  /// Stores what is known of a Work's conditions.
  ///
  /// - Returns: The conditions.
  static func store(
    _ findings: [(Condition.Kind, Condition.Finding)], of work: DesiredWork, at date: Date,
    in database: Database
  ) throws -> [Condition] {
    let conditions = Condition.updated(
      work.conditions, with: findings, generation: work.generation, at: date)
    try database.cachedStatement(
      sql: "UPDATE works SET conditions = ?, is_ready = ? WHERE namespace = ? AND name = ?"
    ).execute(arguments: [
      try JSONText.encode(conditions),
      conditions.contains { $0.type == .ready && $0.status == .true },
      work.key.namespace, work.key.name,
    ])
    return conditions
  }

  /// Stores the document of a Work that is kept again, where the stored one cannot be read.
  static func restoreDocument(
    of submission: WorkSubmission, in database: Database
  ) throws {
    try database.cachedStatement(
      sql: """
        UPDATE works SET document = ? WHERE namespace = ? AND name = ?
          AND iif(json_valid(document), json_extract(document, '$.kind'), NULL) IS NOT 'Work'
        """
    ).execute(arguments: [submission.document, submission.key.namespace, submission.key.name])
  }

  /// Has a Work land again.
  ///
  /// - Parameter date: When it was asked for; `nil` if it has waited since before.
  static func renew(_ key: WorkKey, since date: Date?, in database: Database) throws {
    try database.cachedStatement(
      sql: """
        UPDATE works SET revision = revision + 1, changed_at = coalesce(?, changed_at)
        WHERE namespace = ? AND name = ?
        """
    ).execute(arguments: [date?.timeIntervalSince1970, key.namespace, key.name])
  }

  /// Marks a Work as one that has to go.
  ///
  /// When it is asked for again, it is tried again, and has waited since it was first asked for.
  static func markForRemoval(_ key: WorkKey, at date: Date, in database: Database) throws {
    try database.execute(
      sql: """
        UPDATE works SET revision = revision + 1,
          changed_at = iif(removal_requested_at IS NULL, :date, changed_at),
          removal_requested_at = coalesce(removal_requested_at, :date)
        WHERE namespace = :namespace AND name = :name
        """,
      arguments: [
        "date": date.timeIntervalSince1970, "namespace": key.namespace, "name": key.name,
      ])
  }

  /// Deletes a Work, and remembers that it was there.
  static func forget(_ work: DesiredWork, at date: Date, in database: Database) throws {
    try DeletionTable.remember(
      Deletion(uid: work.uid, generation: work.generation, date: date), of: work.key,
      in: database)
    try database.cachedStatement(sql: "DELETE FROM works WHERE namespace = ? AND name = ?")
      .execute(arguments: [work.key.namespace, work.key.name])
  }

  private static func replaceLabels(
    of submission: WorkSubmission, in database: Database
  ) throws {
    let key = submission.key
    try database.cachedStatement(sql: "DELETE FROM labels WHERE namespace = ? AND name = ?")
      .execute(arguments: [key.namespace, key.name])
    let insert = try database.cachedStatement(sql: "INSERT INTO labels VALUES (?, ?, ?, ?)")
    for (label, value) in submission.labels {
      try insert.execute(arguments: [key.namespace, key.name, label, value])
    }
  }

  /// The other Works of the resource that a Work is of.
  static func siblings(of work: DesiredWork, in database: Database) throws -> [DesiredWork] {
    try Row.fetchAll(
      database.cachedStatement(
        sql: """
          SELECT namespace, name FROM works
          WHERE promise = ? AND namespace = ? AND resource = ? AND name <> ?
          """),
      arguments: [work.promise, work.key.namespace, work.resource, work.key.name]
    ).compactMap { row in
      try Self.work(WorkKey(namespace: row["namespace"], name: row["name"]), in: database)
    }
  }

  /// Whether another Work has the same namespace and name with a dash between them.
  static func hasNamesake(of key: WorkKey, in database: Database) throws -> Bool {
    let parts = "\(key.namespace)-\(key.name)".split(
      separator: "-", omittingEmptySubsequences: false)
    let others = parts.indices.dropFirst().map { index in
      WorkKey(
        namespace: parts[..<index].joined(separator: "-"),
        name: parts[index...].joined(separator: "-"))
    }.filter { $0 != key }
    let statement = try database.cachedStatement(
      sql: "SELECT 1 FROM works WHERE namespace = ? AND name = ?")
    return try others.contains { other in
      try Int.fetchOne(statement, arguments: [other.namespace, other.name]) != nil
    }
  }
}
