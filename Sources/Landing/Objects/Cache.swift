internal import Digests
internal import Foundation
internal import Git

/// Where objects of remotes are kept between runs: a directory that may be deleted at any time.
///
/// Objects are named by their content, and a pack appears under its name when it is whole; so any
/// number of processes may use one cache at once, and no object in it can be out of date. There are
/// no references in it but the commit of the last push, which the next may believe in vain.
package struct Cache: Sendable, Hashable {
  /// How many packs a remote's objects may be spread over before they are thrown away.
  package static let mostPacks = 64

  /// How many bytes a remote's packs may have before they are thrown away.
  package static let mostBytes = 256 << 20

  /// The directory that holds the objects of all remotes.
  package let directory: String

  /// A cache in this directory, which is made when it is needed.
  package init(directory: String) { self.directory = directory }

  /// Where a user's caches belong (XDG Base Directory Specification), or a temporary directory
  /// where there is no place to write.
  package static func standard(environment: [String: String]) -> Cache {
    let home = environment["HOME"].map { $0 + "/.cache" }
    let candidates = [environment["XDG_CACHE_HOME"], home].compactMap { $0 }
      .filter { $0.hasPrefix("/") }.map { $0 + "/statestore" }
    let usable = candidates.first { candidate in
      // One that cannot be made gives way to the next.
      (try? makeDirectory(candidate)) != nil
        && FileManager.default.isWritableFile(atPath: candidate)
    }
    return usable.map(Cache.init(directory:)) ?? temporary()
  }

  /// A cache of this user's in the directory for temporary files.
  static func temporary() -> Cache {
    Cache(directory: URL(filePath: NSTemporaryDirectory()).path + "/statestore-\(getuid())")
  }

  /// Opens the objects of one remote; a cache that is too big is emptied first.
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

  /// Throws the objects of one remote away.
  ///
  /// They are moved aside before they are deleted, so that whoever opens the place meanwhile finds
  /// either all of it or nothing.
  func discard(for remote: String) {
    let place = place(for: remote)
    let aside = "\(place).discarded-\(UUID().uuidString)"
    guard rename(place, aside) == 0 else { return }
    // Left-overs cost space and nothing else.
    try? FileManager.default.removeItem(atPath: aside)
  }

  /// Makes a directory of the cache, which must be this user's.
  ///
  /// - Throws: `LandingError`, or what the file system says.
  func makeOwnDirectory(_ path: String) throws {
    try Self.makeDirectory(path)
    try requireOwnership()
  }

  /// In a directory that everybody may write to, somebody else may have been there first.
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
    /// The path of both, without what tells them apart.
    let path: String
    let size: Int

    func remove() {
      // Without its index nobody looks for a pack.
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

  /// Nobody but this user may look into it: manifests may hold secrets.
  private static func makeDirectory(_ path: String) throws {
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
  }
}
