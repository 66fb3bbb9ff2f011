internal import GRDB

extension DesiredState {
  /// Whether something can be stored now.
  ///
  /// - Throws: `StorageError`.
  func checkWritable() async throws {
    try await write { database in
      try database.execute(sql: "PRAGMA user_version = 1")
    }
  }

  /// Why nothing can be stored now, where it could not be the last time; `nil` when it can.
  func lastingProblem() async -> String? {
    guard problem != nil else { return nil }
    do { try await checkWritable() } catch { return "\(error)" }
    return nil
  }
}
