internal import Foundation
internal import GRDB
internal import Landing

/// What should be in the state stores, and what became of it, kept through crashes.
///
/// An SQLite database in WAL mode with full synchronisation: when a write has returned, it is on
/// the disk. Writes that come while one is being synchronised go into the next transaction
/// together, so that the disk is waited for once for all of them; those that a client waits for go
/// first, and of the others only so many with them that the client does not wait long. One that
/// fails takes no other with it.
actor DesiredState {
  let database: DatabasePool
  /// Writes that a client waits for.
  private var urgent: [Write] = []
  private var waiting: [Write] = []
  private var isWriting = false
  /// Why nothing could be stored the last time it was tried; `nil` when it could.
  private(set) var problem: String?
  /// The database and its log as they were when they were opened.
  private nonisolated let files: [FileIdentity]
  /// By state store, how many results this process has recorded.
  var recorded: [String: Int] = [:]
  /// How many writes that nobody waits for go into one transaction.
  private static let mostAtOnce = 10

  /// Opens the database, or makes it.
  ///
  /// - Throws: `StorageError`; also when what is stored is damaged.
  init(at path: String) throws {
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    configuration.maximumReaderCount = 4
    do {
      database = try DatabasePool(path: path, configuration: configuration)
      // A pool relaxes it when it opens: a crash of the machine would lose what was acknowledged.
      try database.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA synchronous = FULL")
      }
      try database.read { try Self.checkIntegrity(of: $0) }
      try Schema.migrator.migrate(database)
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
    /// Does the change, and gives what is to be told of it.
    let perform: @Sendable (Database) throws -> @Sendable () -> Void
    let fail: @Sendable (any Error) -> Void
  }

  /// Changes the database; when this returns the change is on the disk.
  ///
  /// - Parameters:
  ///   - isUrgent: Whether a client waits for it.
  ///   - body: The change; it runs a second time when the first has come to nothing.
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
        // Which of them it was that the disk had no room for is found out one by one.
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

  /// Does changes in one transaction, and tells each what became of it.
  ///
  /// - Throws: What made the whole transaction fail; then nobody has been told anything.
  private func perform(_ batch: [Write]) async throws {
    try requireInPlace()
    let tellings = try await database.write { database in
      try batch.map { try Self.perform($0, in: database) }
    }
    // Nothing is acknowledged that the next process would not find.
    try requireInPlace()
    problem = nil
    for tell in tellings { tell() }
  }

  private static func perform(
    _ write: Write, in database: Database
  ) throws -> @Sendable () -> Void {
    var tell: (@Sendable () -> Void)?
    do {
      try database.inSavepoint {
        tell = try write.perform(database)
        return .commit
      }
    } catch {
      // SQLite gives up the whole transaction where it cannot undo a part of it, as on a full disk.
      guard database.isInsideTransaction else { throw error }
      return { write.fail(failure(error)) }
    }
    guard let tell else { throw StorageError("a change came to nothing") }
    return tell
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
      return try await database.read(body)
    } catch let error as DatabaseError {
      throw StorageError(StorageError.words(of: error))
    }
  }
}

/// Why the desired state could not be read or written.
struct StorageError: LandingFailure, Sendable, CustomStringConvertible {
  let message: String

  // Neither the client nor the repository is at fault, and it is safe to try again.
  var landingError: LandingError { LandingError(.unreachable, message) }

  init(_ message: String) { self.message = message }

  var description: String { message }

  /// SQLite's own words, without the statement and its arguments, which hold manifests.
  static func words(of error: any Error) -> String {
    guard let error = error as? DatabaseError else { return "\(error)" }
    return error.message ?? "\(error.resultCode)"
  }
}
