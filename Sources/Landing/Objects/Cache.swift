internal import Digests
internal import Foundation
internal import Git

/// A directory in which objects of remotes are stored between runs; it may be deleted at any time.
///
/// Objects are named by their content, and a pack gets its name when it is complete, so that any
/// number of processes can use a cache at once, and no object in it can be out of date. It stores no
/// references, only the last pushed commit as a hint; the server rejects a stale hint.
package struct Cache: Sendable, Hashable {
  /// From more packs than this on a remote's objects are deleted.
  package static let mostPacks = 64

  /// From more bytes in packs than this on a remote's objects are deleted.
  package static let mostBytes = 256 << 20

  /// The directory that holds the objects of all remotes.
  package let directory: String

  /// A cache in this directory, which is created when it is needed.
  package init(directory: String) { self.directory = directory }

  /// The user's cache directory (XDG Base Directory Specification), or a temporary directory when
  /// that is not writable.
  package static func standard(environment: [String: String]) -> Cache {
    let home = environment["HOME"].map { $0 + "/.cache" }
    let candidates = [environment["XDG_CACHE_HOME"], home].compactMap { $0 }
      .filter { $0.hasPrefix("/") }.map { $0 + "/statestore" }
    let usable = candidates.first { candidate in
      // The next candidate is used when a directory cannot be created.
      (try? makeDirectory(candidate)) != nil
        && FileManager.default.isWritableFile(atPath: candidate)
    }
    return usable.map(Cache.init(directory:)) ?? temporary()
  }

  /// This user's cache in the directory for temporary files.
  static func temporary() -> Cache {
    Cache(directory: URL(filePath: NSTemporaryDirectory()).path + "/statestore-\(getuid())")
  }

  /// Opens the objects of a remote, after deleting them when they are too many.
  func open(for remote: String) throws -> ObjectDatabase {
    let place = place(for: remote)
    try makeOwnDirectory(directory)
    let packs = packs(of: remote)
    if packs.count > Self.mostPacks || packs.reduce(0, { $0 + $1.size }) > Self.mostBytes {
      discard(for: remote)
    }
    try Self.makeDirectory(place + "/objects/pack")
    return try ObjectDatabase.open(objects: place + "/objects")
  }

  /// Deletes the objects of a remote.
  ///
  /// They are moved away first, so that another process finds either all of them or none.
  func discard(for remote: String) {
    let place = place(for: remote)
    let aside = "\(place).discarded-\(UUID().uuidString)"
    guard rename(place, aside) == 0 else { return }
    // What remains only takes space.
    try? FileManager.default.removeItem(atPath: aside)
  }

  /// Creates a directory in the cache, after checking that the cache belongs to this user.
  ///
  /// - Throws: `LandingError`, or an error of the file system.
  func makeOwnDirectory(_ path: String) throws {
    try Self.makeDirectory(path)
    try requireOwnership()
  }

  /// In a world-writable directory, another user may have created it first.
  private func requireOwnership() throws {
    var status = stat()
    guard stat(directory, &status) == 0, status.st_uid == geteuid(), status.st_mode & 0o022 == 0
    else {
      throw LandingError(
        .invalidConfiguration,
        "it belongs to another user, or others may write to it")
    }
  }

  func place(for remote: String) -> String {
    directory + "/" + Digest.sha256(of: remote.utf8).bytes.prefix(16).hexadecimal
  }

  /// A pack with its index.
  struct Pack {
    /// The path of both files, without the suffix.
    let path: String
    let size: Int

    func remove() {
      // A pack without an index is not read.
      for suffix in [".idx", ".pack"] { unlink(path + suffix) }
    }
  }

  /// The packs of one remote.
  func packs(of remote: String) -> [Pack] {
    let directory = place(for: remote) + "/objects/pack"
    // No such directory: no packs.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return names.filter { $0.hasSuffix(".pack") }.map { name in
      var status = stat()
      let path = "\(directory)/\(name)"
      return Pack(
        path: String(path.dropLast(".pack".count)),
        size: stat(path, &status) == 0 ? Int(status.st_size) : 0)
    }
  }

  /// Only this user may read it: manifests may hold secrets.
  private static func makeDirectory(_ path: String) throws {
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
  }
}
