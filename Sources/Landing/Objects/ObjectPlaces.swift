internal import Foundation
internal import Git
internal import Logging

/// Where objects of a remote are stored: in the cache; when that fails, in the directory for
/// temporary files; when that fails too, in memory.
struct ObjectPlaces {
  private let url: String
  private let cache: Cache
  private let logger: Logger
  /// The directories that have not failed yet, the preferred one first.
  private var directories: [Cache]
  private var memory = MemoryObjects()
  private var database: ObjectDatabase?
  /// How often stored objects were lost with their place.
  private(set) var losses = 0
  private var recreations = 0

  /// How often a deleted directory is created again.
  private static let mostRecreations = 3

  init(for url: String, in cache: Cache, logger: Logger) {
    self.url = url
    self.cache = cache
    self.logger = logger
    directories = [cache, .temporary()]
  }

  /// Whether objects are stored in the cache itself.
  var isCache: Bool { directories.first == cache }

  /// The database of the first place that can be opened.
  mutating func open() throws -> ObjectDatabase {
    if let database { return database }
    let opened = try openFirst()
    database = opened
    return opened
  }

  private mutating func openFirst() throws -> ObjectDatabase {
    while let directory = directories.first {
      do { return try directory.open(for: url) } catch { leave(because: error) }
    }
    return try ObjectDatabase.open(.memory(memory))
  }

  /// Closes the database; the next use opens it again, with the packs that are there by then.
  mutating func close() { database = nil }

  /// Goes on to the next place.
  ///
  /// - Returns: `false` when memory is all that is left.
  @discardableResult
  mutating func leave(because error: any Error) -> Bool {
    guard !directories.isEmpty else { return false }
    let directory = directories.removeFirst()
    // The temporary directory is not configured by a flag.
    let isExpected = directory == .temporary() || directory != cache
    logger.log(
      level: isExpected ? .notice : .warning,
      """
      the cache \(directory.directory) cannot be used: \(Self.message(of: error)); going on without \
      it: free space there, or name another directory with --cache
      """)
    close()
    losses += 1
    return true
  }

  /// Removes the temporary directory from the places.
  mutating func leaveTemporary() { directories.removeAll { $0 == .temporary() } }

  /// Prepares to create the directory again after another process has deleted it.
  ///
  /// - Returns: `false` when it was not deleted, or too often.
  mutating func recreate() -> Bool {
    guard recreations < Self.mostRecreations, case .directory(let objects)? = database?.place,
      access(objects + "/pack", F_OK) != 0
    else { return false }
    close()
    losses += 1
    recreations += 1
    return true
  }

  /// Deletes the stored objects.
  mutating func discard() {
    close()
    losses += 1
    memory = MemoryObjects()
    directories.first?.discard(for: url)
  }

  /// The system's message, without the text that Foundation puts around it.
  private static func message(of error: any Error) -> String {
    switch error {
    case let error as LandingError: return error.message
    case let error as GitError: return error.message
    default:
      let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error ?? error
      let system = cause as NSError
      guard system.domain == NSPOSIXErrorDomain else { return error.localizedDescription }
      return String(cString: strerror(Int32(system.code)))
    }
  }
}
