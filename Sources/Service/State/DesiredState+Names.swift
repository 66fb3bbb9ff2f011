internal import GRDB

extension DesiredState {
  /// Whether another namespace has a Work whose namespace and name, with a dash between, are the same
  /// text: a state file's name does not tell such Works apart.
  ///
  /// - Throws: `StorageError`.
  nonisolated func hasWorkOfOtherNamespace(named key: WorkKey) async throws -> Bool {
    let parts = "\(key.namespace)-\(key.name)".split(
      separator: "-", omittingEmptySubsequences: false)
    let others = parts.indices.dropFirst().map { index in
      WorkKey(
        namespace: parts[..<index].joined(separator: "-"),
        name: parts[index...].joined(separator: "-"))
    }.filter { $0 != key }
    return try await read { database in
      let statement = try database.cachedStatement(
        sql: "SELECT 1 FROM works WHERE namespace = ? AND name = ?")
      return try others.contains { other in
        try Int.fetchOne(statement, arguments: [other.namespace, other.name]) != nil
      }
    }
  }
}
