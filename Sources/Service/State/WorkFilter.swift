internal import GRDB

/// Which Works a report is about; all for `nil`.
struct WorkFilter: Sendable {
  var promise: String?
  var namespace: String?
  /// The request's name.
  var resource: String?
  /// Whether those that are being removed are asked for as well.
  var includesRemovals = false
  /// Whether what became of them is wanted too.
  var includesResults = false
}

extension DesiredState {
  /// All Works that a filter lets through, in the order of their names.
  ///
  /// - Throws: `StorageError`.
  nonisolated func works(_ filter: WorkFilter) async throws -> [DesiredWork] {
    let wanted: [(SQL, String?)] = [
      ("promise", filter.promise), ("namespace", filter.namespace), ("resource", filter.resource),
    ]
    let conditions = wanted.compactMap { column, value -> SQL? in
      value.map { "\(column) = \($0)" }
    }
    let present: SQL = filter.includesRemovals ? "TRUE" : "removal_requested_at IS NULL"
    return try await read { database in
      let works = try SQLRequest<Row>(
        literal: """
          SELECT * FROM works
          WHERE \((conditions + [present]).joined(operator: .and))
          ORDER BY namespace, name
          """
      ).fetchAll(database).map { DesiredWork($0) }
      guard filter.includesResults else { return works }
      return try works.map { work in
        var work = work
        work.results = try Self.results(of: work.key, in: database)
        return work
      }
    }
  }
}
