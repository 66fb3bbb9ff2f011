internal import Foundation
internal import GRDB
internal import Git
internal import Landing

extension DesiredState {
  /// What stands in a state store now and is to stay as it is: placements of Works of which the
  /// state store holds the last revision.
  ///
  /// - Parameters:
  ///   - last: Where the part before ended; `nil` for the first.
  ///   - limit: How many at most.
  /// - Returns: A part of them, in the order of their Works and paths.
  /// - Throws: `StorageError`.
  nonisolated func expectations(
    in store: String, after last: StandingExpectation?, limit: Int
  ) async throws -> [StandingExpectation] {
    let isAfter: SQL =
      last.map { last in
        """
        (placements.namespace, placements.name, placements.store, path)
          > (\(last.key.namespace), \(last.key.name), \(store), \(last.path))
        """
      } ?? "TRUE"
    return try await read { database in
      try Self.expectations(
        in: store,
        where: """
          \(isAfter) ORDER BY placements.namespace, placements.name, placements.store, path
          LIMIT \(limit)
          """
      ).fetchAll(database).map(Self.expectation)
    }
  }

  /// What of some Works stands in a state store now and is to stay as it is.
  ///
  /// - Throws: `StorageError`.
  nonisolated func expectations(
    in store: String, of keys: Set<WorkKey>
  ) async throws -> [StandingExpectation] {
    try await read { database in
      try keys.flatMap { key in
        try Self.expectations(
          in: store,
          where: "placements.namespace = \(key.namespace) AND placements.name = \(key.name)"
        ).fetchAll(database).map(Self.expectation)
      }
    }
  }

  /// How many placements stand in a state store now and are to stay as they are.
  ///
  /// - Throws: `StorageError`.
  nonisolated func expectationCount(in store: String) async throws -> Int {
    try await read { try Self.expectations(in: store, where: "TRUE").fetchCount($0) }
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

  /// Works of which it was seen that somebody else has changed them, in a state store.
  ///
  /// - Throws: `StorageError`.
  nonisolated func drifted(in store: String) async throws -> [WorkKey] {
    try await read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT namespace, name FROM results
          WHERE store = ?
            AND iif(json_valid(result), json_extract(result, '$.drift'), NULL) IS NOT NULL
          """, arguments: [store]
      ).map { WorkKey(namespace: $0["namespace"], name: $0["name"]) }
    }
  }

  /// Notes what somebody else did to a Work, or that it is as it was again.
  ///
  /// - Throws: `StorageError`.
  func note(
    _ drift: StoreResult.Drift?, of key: WorkKey, in store: String, stores: [String], at date: Date
  ) async throws {
    guard let work = try await work(key),
      var result = work.results.first(where: { $0.store == store })
    else { return }
    // Whatever landed meanwhile has said all there is to say.
    guard result.isDone(work.revision), result.drift != drift else { return }
    result.drift = drift
    _ = try await record(result, of: key, stores: stores, at: date)
  }

  /// Notes what verification says of Works in a state store, where nothing has become of them since
  /// they were read.
  ///
  /// - Parameter works: The Works as they were verified, with their results.
  /// - Returns: Those of which it says something else than before.
  /// - Throws: `StorageError`.
  func note(
    _ verifications: [WorkKey: StoreResult.Verification], of works: [DesiredWork],
    in store: String, stores: [String], at date: Date
  ) async throws -> [WorkKey] {
    try await write { database in
      try works.compactMap { verified -> WorkKey? in
        let result = verified.results.first { $0.store == store }
        guard var result, let verification = verifications[verified.key],
          var work = try Self.work(verified.key, in: database),
          work.revision == verified.revision, work.results.contains(result)
        else { return nil }
        let before = result.verification?.verdict
        result.verification = verification
        try Self.update(&work, with: result, stores: stores, at: date, in: database)
        return before == verification.verdict ? nil : work.key
      }
    }
  }

  /// Some Works with what became of them.
  ///
  /// - Throws: `StorageError`.
  nonisolated func works(_ keys: [WorkKey]) async throws -> [DesiredWork] {
    try await read { database in try keys.compactMap { try Self.work($0, in: database) } }
  }

  /// The other Works of the resource that a Work is of: those of its other Pipelines.
  ///
  /// - Throws: `StorageError`.
  nonisolated func siblings(of work: DesiredWork) async throws -> [DesiredWork] {
    try await read { database in
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
  }
}
