internal import Foundation
internal import GRDB
internal import Landing

/// What a PUT came to.
enum PutResult: Sendable {
  case created(DesiredWork)
  case replaced(DesiredWork)
  case kept(DesiredWork)
  case refused(reason: String)
  /// What the client requires of the stored Work does not hold.
  case unmet(Preconditions.Failure)
  /// Another Work claims the same directories.
  case claimed(by: WorkKey, isBeingRemoved: Bool)
}

/// How far a PUT goes.
enum PutMode: Sendable, Hashable {
  /// Nothing is stored, and only told what would be.
  case dryRun
  /// It is stored; what has landed already is left alone.
  case store
  /// It is stored, and the state stores are asked whatever is known of them: a client waits for what
  /// becomes of its request.
  case storeAndLook
}

extension DesiredState {
  /// Stores a Work, if it is not older than what is there.
  ///
  /// - Throws: `StorageError`.
  func put(
    _ submission: WorkSubmission, at date: Date, _ mode: PutMode = .store,
    if preconditions: Preconditions = Preconditions()
  ) async throws -> PutResult {
    try await write(urgently: true) { database in
      if let failure = try Self.failure(of: preconditions, for: submission.key, in: database) {
        return .unmet(failure)
      }
      guard mode == .dryRun else {
        return try Self.put(submission, at: date, looks: mode == .storeAndLook, in: database)
      }
      var result: PutResult?
      try database.inSavepoint {
        result = try Self.put(submission, at: date, looks: false, in: database)
        return .rollback
      }
      guard let result else { throw StorageError("the dry run came to nothing") }
      return result
    }
  }

  private static func put(
    _ submission: WorkSubmission, at date: Date, looks: Bool, in database: Database
  ) throws -> PutResult {
    let key = submission.key
    if let rival = try rival(of: submission, in: database) { return rival }
    let stored = try stored(key, in: database)
    let deletions = try deletions(of: key, in: database)
    switch PutDecision(submission, over: stored, after: deletions) {
    case .create(let generation):
      return .created(try store(submission, generation, at: date, in: database))
    case .replace(let generation):
      if let stored, let uid = submission.uid, let replaced = stored.uid, uid != replaced {
        try remember(
          Deletion(uid: replaced, generation: stored.generation, date: date), of: key,
          in: database)
      }
      return .replaced(try store(submission, generation, at: date, in: database))
    case .keep:
      try restoreDocument(of: submission, in: database)
      return .kept(try tryAgain(key, whatever: looks, at: date, in: database))
    case .refuse(let reason):
      return .refused(reason: reason)
    }
  }

  /// Marks a Work as one that has to go; it is forgotten when the state stores hold nothing of it.
  ///
  /// - Parameters:
  ///   - orphaning: Whether files that a removal does not find are left where they are.
  ///   - preconditions: What the client requires of the Work.
  /// - Returns: The Work; `nil` when there is none. A failure when what the client requires of it
  ///   does not hold: then nothing is marked.
  /// - Throws: `StorageError`.
  func requestRemoval(
    of key: WorkKey, orphaning: Bool, at date: Date, if preconditions: Preconditions
  ) async throws -> Result<DesiredWork?, Preconditions.Failure> {
    try await write(urgently: true) { database in
      guard let standing = try Self.work(key, in: database) else { return .success(nil) }
      if let failure = preconditions.failure(for: standing.version, uid: standing.uid) {
        return .failure(failure)
      }
      return .success(
        try Self.requestRemoval(of: key, orphaning: orphaning, at: date, in: database))
    }
  }

  /// The same, whatever is stored.
  ///
  /// - Returns: The Work; `nil` when there is none.
  /// - Throws: `StorageError`.
  func requestRemoval(
    of key: WorkKey, orphaning: Bool = false, at date: Date
  ) async throws -> DesiredWork? {
    try await write(urgently: true) { database in
      try Self.requestRemoval(of: key, orphaning: orphaning, at: date, in: database)
    }
  }

  private static func requestRemoval(
    of key: WorkKey, orphaning: Bool, at date: Date, in database: Database
  ) throws -> DesiredWork? {
    if orphaning { try forgetPlacements(of: key, in: database) }
    // Asked for again it is tried again, and has waited since it was first asked for.
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
    guard var work = try work(key, in: database) else { return nil }
    work.conditions = try store(WorkConditions.pending, of: work, at: date, in: database)
    return work
  }

  /// A Work with what became of it; `nil` when there is none.
  ///
  /// - Throws: `StorageError`.
  nonisolated func work(_ key: WorkKey) async throws -> DesiredWork? {
    try await read { try Self.work(key, in: $0) }
  }
}

extension DesiredState {
  /// Forgets what is known to be in the state stores of a Work, so that nothing is missed when a
  /// removal does not find it.
  private static func forgetPlacements(of key: WorkKey, in database: Database) throws {
    guard let work = try work(key, in: database) else { return }
    for var result in work.results {
      result.receipt?.placements = []
      try store(result, of: work, in: database)
    }
  }

  static func forget(_ work: DesiredWork, at date: Date, in database: Database) throws {
    try remember(
      Deletion(uid: work.uid, generation: work.generation, date: date), of: work.key,
      in: database)
    try database.cachedStatement(sql: "DELETE FROM works WHERE namespace = ? AND name = ?")
      .execute(arguments: [work.key.namespace, work.key.name])
  }

  static func work(_ key: WorkKey, in database: Database) throws -> DesiredWork? {
    let row = try Row.fetchOne(
      database.cachedStatement(sql: "SELECT * FROM works WHERE namespace = ? AND name = ?"),
      arguments: [key.namespace, key.name])
    guard let row else { return nil }
    var work = DesiredWork(row)
    work.results = try results(of: key, in: database)
    return work
  }

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

  /// What has not landed is tried anew when it is wanted anew; what has is left alone, unless
  /// somebody wants to know.
  private static func tryAgain(
    _ key: WorkKey, whatever looks: Bool, at date: Date, in database: Database
  ) throws -> DesiredWork {
    let work = try require(key, in: database)
    let current = work.results.filter { $0.revision == work.revision }
    let hasFailed = current.contains { !$0.outcome.isSuccess }
    guard hasFailed || looks || work.hasUnreadableConditions else { return work }
    // What had landed has waited for nothing until now.
    let hasLanded = !current.isEmpty && !hasFailed
    try database.cachedStatement(
      sql: """
        UPDATE works SET revision = revision + 1, changed_at = coalesce(?, changed_at)
        WHERE namespace = ? AND name = ?
        """
    ).execute(arguments: [
      hasLanded ? date.timeIntervalSince1970 : nil, key.namespace, key.name,
    ])
    return try require(key, in: database)
  }

  private static func require(_ key: WorkKey, in database: Database) throws -> DesiredWork {
    guard let work = try work(key, in: database) else {
      throw StorageError("\(key) is gone in the transaction that wrote it")
    }
    return work
  }

  private static func failure(
    of preconditions: Preconditions, for key: WorkKey, in database: Database
  ) throws -> Preconditions.Failure? {
    let statement = try database.cachedStatement(
      sql: """
        SELECT uid, created_at, generation, spec_digest, metadata_digest, removal_requested_at
        FROM works WHERE namespace = ? AND name = ?
        """)
    let row = try Row.fetchOne(statement, arguments: [key.namespace, key.name])
    let uid: String? = row.flatMap { $0["uid"] }
    return preconditions.failure(for: row.map(WorkVersion.text), uid: uid)
  }

  private static func rival(
    of submission: WorkSubmission, in database: Database
  ) throws -> PutResult? {
    let key = submission.key
    let statement = try database.cachedStatement(
      sql: """
        SELECT namespace, name, removal_requested_at FROM works
        WHERE identity = ? AND (namespace, name) <> (?, ?)
        """)
    let row = try Row.fetchOne(
      statement, arguments: [submission.identity, key.namespace, key.name])
    return row.map { row in
      .claimed(
        by: WorkKey(namespace: row["namespace"], name: row["name"]),
        isBeingRemoved: row["removal_requested_at"] != nil)
    }
  }

  private static func stored(
    _ key: WorkKey, in database: Database
  ) throws -> PutDecision.Stored? {
    let statement = try database.cachedStatement(
      sql: """
        SELECT generation, uid, spec_digest, metadata_digest, removal_requested_at
        FROM works WHERE namespace = ? AND name = ?
        """)
    return try Row.fetchOne(statement, arguments: [key.namespace, key.name]).map { row in
      PutDecision.Stored(
        generation: row["generation"], uid: row["uid"], specDigest: row["spec_digest"],
        metadataDigest: row["metadata_digest"],
        removalRequestedAt: (row["removal_requested_at"] as Double?)
          .map { Date(timeIntervalSince1970: $0) })
    }
  }

  private static func store(
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

  /// Stores the document of a Work that is kept again, where the stored one cannot be read.
  private static func restoreDocument(
    of submission: WorkSubmission, in database: Database
  ) throws {
    try database.cachedStatement(
      sql: """
        UPDATE works SET document = ? WHERE namespace = ? AND name = ?
          AND iif(json_valid(document), json_extract(document, '$.kind'), NULL) IS NOT 'Work'
        """
    ).execute(arguments: [submission.document, submission.key.namespace, submission.key.name])
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
}
