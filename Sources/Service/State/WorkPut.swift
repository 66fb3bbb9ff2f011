internal import Foundation
internal import GRDB
internal import Landing

/// The result of a PUT.
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

/// A Work that a client submits.
struct WorkPut: Sendable {
  var submission: WorkSubmission
  var date: Date
  var mode = PutMode.store
  var preconditions = Preconditions()

  private var key: WorkKey { submission.key }

  /// Stores the Work, if it is not older than what is there.
  func run(in database: Database) throws -> PutResult {
    if let failure = try failure(in: database) { return .unmet(failure) }
    guard mode == .dryRun else { return try put(in: database) }
    var result: PutResult?
    try database.inSavepoint {
      result = try put(in: database)
      return .rollback
    }
    guard let result else { throw StorageError("the dry run was not made") }
    return result
  }

  private func put(in database: Database) throws -> PutResult {
    if let rival = try rival(in: database) { return rival }
    let stored = try stored(in: database)
    let deletions = try DeletionTable.deletions(of: key, in: database)
    switch PutDecision(submission, over: stored, after: deletions) {
    case .create(let generation):
      return .created(try WorkTable.store(submission, generation, at: date, in: database))
    case .replace(let generation):
      if let stored, let uid = submission.uid, let replaced = stored.uid, uid != replaced {
        try DeletionTable.remember(
          Deletion(uid: replaced, generation: stored.generation, date: date), of: key,
          in: database)
      }
      return .replaced(try WorkTable.store(submission, generation, at: date, in: database))
    case .keep:
      try WorkTable.restoreDocument(of: submission, in: database)
      return .kept(try tryAgain(in: database))
    case .refuse(let reason):
      return .refused(reason: reason)
    }
  }

  /// What has not landed is tried again when it is submitted again; what has is left alone, unless the
  /// client waits for the result.
  private func tryAgain(in database: Database) throws -> DesiredWork {
    let work = try WorkTable.require(key, in: database)
    let current = work.results.filter { $0.revision == work.revision }
    let hasFailed = current.contains { !$0.outcome.isSuccess }
    guard hasFailed || mode == .storeAndLook || work.hasUnreadableConditions else { return work }
    // What had landed has waited for nothing until now.
    let hasLanded = !current.isEmpty && !hasFailed
    try WorkTable.renew(key, since: hasLanded ? date : nil, in: database)
    return try WorkTable.require(key, in: database)
  }

  private func failure(in database: Database) throws -> Preconditions.Failure? {
    let statement = try database.cachedStatement(
      sql: """
        SELECT uid, created_at, generation, spec_digest, metadata_digest, removal_requested_at
        FROM works WHERE namespace = ? AND name = ?
        """)
    let row = try Row.fetchOne(statement, arguments: [key.namespace, key.name])
    let uid: String? = row.flatMap { $0["uid"] }
    return preconditions.failure(for: row.map(WorkVersion.text), uid: uid)
  }

  private func rival(in database: Database) throws -> PutResult? {
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

  private func stored(in database: Database) throws -> PutDecision.Stored? {
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
}
