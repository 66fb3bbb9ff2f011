internal import Foundation
internal import GRDB

/// Which Works are asked for.
struct WorkQuery: Sendable {
  var namespace: String?
  var selector: LabelSelector?
  /// The last Work of the page before.
  var after: WorkKey?
  /// How many at most.
  var limit = 500
}

/// Some Works in the order of their names, and where to go on.
struct WorkPage: Sendable {
  var works: [DesiredWork]
  /// How many there are beyond this page.
  var remaining: Int
}

extension WorkQuery {
  /// The page that is asked for.
  func page(in database: Database) throws -> WorkPage {
    let condition = self.conditions.joined(operator: .and)
    let rows = try SQLRequest<Row>(
      literal: """
        SELECT * FROM works WHERE \(condition) ORDER BY namespace, name LIMIT \(limit)
        """
    ).fetchCursor(database)
    var works: [DesiredWork] = []
    var bytes = 0
    while bytes < Self.mostBytesOfPage, let row = try rows.next() {
      let work = try WorkTable.work(row, in: database)
      bytes += work.byteCount
      works.append(work)
    }
    let count =
      try SQLRequest<Int>(literal: "SELECT count(*) FROM works WHERE \(condition)")
      .fetchOne(database) ?? works.count
    return WorkPage(works: works, remaining: count - works.count)
  }

  /// A page of large Works ends when it has this many bytes, and the next one goes on from there.
  private static let mostBytesOfPage = 16 << 20

  private var conditions: [SQL] {
    var conditions: [SQL] = ["TRUE"]
    if let namespace { conditions.append("namespace = \(namespace)") }
    if let after { conditions.append("(namespace, name) > (\(after.namespace), \(after.name))") }
    return conditions + (selector?.requirements.map(\.condition) ?? [])
  }
}
