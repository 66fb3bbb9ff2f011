internal import Foundation
internal import GRDB
internal import Landing

/// An SQLite database in WAL mode with full synchronisation: when a write has returned, it is on
/// the disk.
///
/// Writes that come while one is being synchronised go into the next transaction together, so that
/// the disk is waited for once for all of them. Those that a client waits for go first, and only a
/// few of the others with them, so that the client does not wait long. One that fails does not make
/// others fail.
actor StateDatabase {
  private let pool: DatabasePool
  /// Writes that a client waits for.
  private var urgent: [Write] = []
  private var waiting: [Write] = []
  private var isWriting = false
  /// Why nothing could be stored the last time it was tried; `nil` when it could.
  private(set) var problem: String?
  /// The database and its log as they were when they were opened.
  private nonisolated let files: [FileIdentity]
  /// How many writes that no client waits for go into one transaction.
  private static let mostAtOnce = 10

  /// Opens the database, or makes it.
  ///
  /// - Throws: `StorageError`; also when what is stored is damaged.
  init(at path: String) throws {
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    configuration.maximumReaderCount = 4
    do {
      pool = try DatabasePool(path: path, configuration: configuration)
      // A pool relaxes it when it opens: a crash of the machine would lose what was acknowledged.
      try pool.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA synchronous = FULL")
      }
      try pool.read { try StorageChecks.requireIntegrity(of: $0) }
      try Schema.migrator.migrate(pool)
    } catch {
      throw StorageError("\(path): \(StorageError.words(of: error))")
    }
    files = [path, path + "-wal"].compactMap(FileIdentity.init(of:))
  }

  /// Requires that the files are where they were opened.
  ///
  /// SQLite goes on writing to files that have no name any more, and what it acknowledges then is
  /// gone with the process.
  ///
  /// - Throws: `StorageError`.
  nonisolated func requireInPlace() throws(StorageError) {
    guard let gone = files.first(where: { !$0.isInPlace }) else { return }
    throw StorageError(
      """
      \(gone.path) was deleted or replaced while the service ran; put the directory back as it was, \
      or restart the service
      """)
  }

  /// One change that waits for its transaction.
  private struct Write: Sendable {
    /// Makes the change, and returns what reports its result.
    let perform: @Sendable (Database) throws -> @Sendable () -> Void
    let fail: @Sendable (any Error) -> Void
  }

  /// Changes the database; when this returns the change is on the disk.
  ///
  /// - Parameters:
  ///   - isUrgent: Whether a client waits for it.
  ///   - body: The change; it runs a second time when the first transaction has failed.
  /// - Throws: `StorageError`; then nothing has been changed.
  func write<Value: Sendable>(
    urgently isUrgent: Bool = false, _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let write = Write(
        perform: { database in
          let value = try body(database)
          return { continuation.resume(returning: value) }
        },
        fail: { continuation.resume(throwing: $0) })
      if isUrgent { urgent.append(write) } else { waiting.append(write) }
      if !isWriting {
        isWriting = true
        Task { await drain() }
      }
    }
  }

  /// How many writes wait for their transaction.
  var depth: Int { urgent.count + waiting.count }

  private func drain() async {
    while !urgent.isEmpty || !waiting.isEmpty {
      let batch = urgent + waiting.prefix(Self.mostAtOnce)
      urgent = []
      waiting.removeFirst(min(waiting.count, Self.mostAtOnce))
      do {
        try await perform(batch)
      } catch {
        // One by one, to find out which of them the disk has no room for.
        for write in batch {
          do {
            try await perform([write])
          } catch {
            problem = StorageError.words(of: error)
            write.fail(Self.failure(error))
          }
        }
      }
    }
    isWriting = false
  }

  /// Makes changes in one transaction, and reports the result of each.
  ///
  /// - Throws: What made the whole transaction fail; then nothing has been reported.
  private func perform(_ batch: [Write]) async throws {
    try requireInPlace()
    let reports = try await pool.write { database in
      try batch.map { try Self.perform($0, in: database) }
    }
    // Nothing is acknowledged that the next process would not find.
    try requireInPlace()
    problem = nil
    for report in reports { report() }
  }

  private static func perform(
    _ write: Write, in database: Database
  ) throws -> @Sendable () -> Void {
    var report: (@Sendable () -> Void)?
    do {
      try database.inSavepoint {
        report = try write.perform(database)
        return .commit
      }
    } catch {
      // SQLite rolls the whole transaction back where it cannot undo a part of it, as on a full disk.
      guard database.isInsideTransaction else { throw error }
      return { write.fail(failure(error)) }
    }
    guard let report else { throw StorageError("a change was not made") }
    return report
  }

  private static func failure(_ error: any Error) -> StorageError {
    StorageError(StorageError.words(of: error))
  }

  /// Reads the database as it is at one moment.
  ///
  /// - Throws: `StorageError`.
  nonisolated func read<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    do {
      return try await pool.read(body)
    } catch let error as DatabaseError {
      throw StorageError(StorageError.words(of: error))
    }
  }

  /// Checks whether something can be stored now.
  ///
  /// - Throws: `StorageError`.
  func checkWritable() async throws {
    try await write { try $0.execute(sql: "PRAGMA user_version = 1") }
    // SQLite writes small changes over old ones in its log, which succeeds on a disk that has no
    // room for a Work.
    try StorageChecks.requireRoom(at: pool.path)
  }

  /// Why nothing can be stored now, if the last change could not be stored; `nil` if it can.
  func lastingProblem() async -> String? {
    guard problem != nil else { return nil }
    do { try await checkWritable() } catch { return "\(error)" }
    return nil
  }
}
