internal import Foundation
internal import GRDB

/// Checks of the file that the database is in.
enum StorageChecks {
  /// Checks that the database can be read to its end.
  ///
  /// - Throws: `StorageError` that names what is damaged; `DatabaseError` where SQLite cannot check
  ///   it.
  static func requireIntegrity(of database: Database) throws {
    let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
    let size = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0
    // The quick check leaves out only whether indexes agree with their tables.
    let check = pages * size <= mostBytesWithIndexes ? "integrity_check" : "quick_check"
    let found = try String.fetchAll(database, sql: "PRAGMA \(check)(5)")
    guard found != ["ok"] else { return }
    throw StorageError(
      """
      it is damaged: \(found.joined(separator: "; ")); restore it from a backup, or move it away and \
      put the Works again: what has landed is found in the state stores
      """)
  }

  /// The size up to which a start can wait for the whole check: it takes about a second.
  private static let mostBytesWithIndexes = 256 << 20

  /// Requires room for a Work on the disk of a file; a disk that cannot be asked is taken to have it.
  ///
  /// - Throws: `StorageError`.
  static func requireRoom(at path: String) throws(StorageError) {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return }
    try requireRoom(of: UInt64(status.f_bavail) * UInt64(status.f_frsize), at: path)
  }

  /// Requires that so many bytes are enough.
  ///
  /// - Throws: `StorageError`.
  static func requireRoom(of bytes: UInt64, at path: String) throws(StorageError) {
    guard bytes < leastRoom else { return }
    throw StorageError("the disk of \(path) is full: \(bytes >> 10) KiB are left; free space on it")
  }

  /// What most Works need, with the log of the database.
  private static let leastRoom: UInt64 = 1 << 20
}
