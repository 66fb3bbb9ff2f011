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

extension WorkFilter {
  /// All Works that it lets through, in the order of their names.
  func works(in database: Database) throws -> [DesiredWork] {
    let wanted: [(SQL, String?)] = [
      ("promise", promise), ("namespace", namespace), ("resource", resource),
    ]
    let conditions = wanted.compactMap { column, value -> SQL? in
      value.map { "\(column) = \($0)" }
    }
    let present: SQL = includesRemovals ? "TRUE" : "removal_requested_at IS NULL"
    let works = try SQLRequest<Row>(
      literal: """
        SELECT * FROM works
        WHERE \((conditions + [present]).joined(operator: .and))
        ORDER BY namespace, name
        """
    ).fetchAll(database).map { DesiredWork($0) }
    guard includesResults else { return works }
    return try works.map { work in
      var work = work
      work.results = try ResultTable.results(of: work.key, in: database)
      return work
    }
  }
}
