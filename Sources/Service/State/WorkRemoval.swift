internal import Foundation
internal import GRDB
internal import Landing

/// The request to remove a Work.
struct WorkRemoval: Sendable {
  var key: WorkKey
  /// Whether files that a removal does not find are left where they are.
  var orphaning = false
  var date: Date

  /// Marks the Work as one that has to go; it is forgotten when the state stores hold nothing of it.
  ///
  /// - Returns: The Work; `nil` when there is none.
  func run(in database: Database) throws -> DesiredWork? {
    if orphaning { try forgetPlacements(in: database) }
    try WorkTable.markForRemoval(key, at: date, in: database)
    guard var work = try WorkTable.work(key, in: database) else { return nil }
    work.conditions = try WorkTable.store(
      WorkConditions.pending, of: work, at: date, in: database)
    return work
  }

  /// The same, if what the client requires of the Work holds; otherwise nothing is marked.
  func run(
    if preconditions: Preconditions, in database: Database
  ) throws -> Result<DesiredWork?, Preconditions.Failure> {
    guard let work = try WorkTable.work(key, in: database) else { return .success(nil) }
    if let failure = preconditions.failure(for: work.version, uid: work.uid) {
      return .failure(failure)
    }
    return .success(try run(in: database))
  }

  /// Forgets what is known to be in the state stores, so that nothing is missed when the removal does
  /// not find it.
  private func forgetPlacements(in database: Database) throws {
    guard let work = try WorkTable.work(key, in: database) else { return }
    for var result in work.results {
      result.receipt?.placements = []
      try ResultTable.store(result, of: work, in: database)
    }
  }
}
