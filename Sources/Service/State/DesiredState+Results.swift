internal import Foundation
internal import GRDB
internal import Git
internal import Landing
internal import Verification

extension DesiredState {
  /// Stores what became of a Work in a state store, and the conditions that follow from it.
  ///
  /// A Work that was to go is forgotten as soon as no state store holds anything of it.
  ///
  /// - Parameter stores: The state stores that there are.
  /// - Returns: The Work as it is now, or was when it was forgotten; `nil` when it was gone before.
  /// - Throws: `StorageError`.
  func record(
    _ result: StoreResult, of key: WorkKey, stores: [String], at date: Date
  ) async throws -> DesiredWork? {
    let work = try await write { database -> DesiredWork? in
      guard var work = try Self.work(key, in: database) else { return nil }
      try Self.update(&work, with: result, stores: stores, at: date, in: database)
      if work.isGone(from: stores) { try Self.forget(work, at: date, in: database) }
      return work
    }
    recorded[result.store, default: 0] += 1
    return work
  }

  /// Stores a result of a Work and the conditions that follow from it.
  static func update(
    _ work: inout DesiredWork, with result: StoreResult, stores: [String], at date: Date,
    in database: Database
  ) throws {
    work.results = (work.results.filter { $0.store != result.store } + [result])
      .sorted { $0.store < $1.store }
    try store(result, of: work, in: database)
    work.conditions = try store(
      WorkConditions(revision: work.revision, stores: stores, results: work.results).findings,
      of: work, at: date, in: database)
  }

  /// How many results of a state store have been recorded: while it is the same, so is what the
  /// state store is to hold, unless less is wanted.
  func recordCount(of store: String) -> Int { recorded[store, default: 0] }

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
    try storeLandings(of: result, key, in: database)
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

  /// What a state store has yet to be told: Works of which it does not hold the last revision, and
  /// those of which it cannot be read what became of them.
  ///
  /// - Throws: `StorageError`.
  nonisolated func unsettled(in store: String) async throws -> [WorkKey] {
    try await read { database in
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
}
