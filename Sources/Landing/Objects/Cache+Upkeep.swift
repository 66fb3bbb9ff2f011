internal import Foundation
internal import Git

/// Keeps a cache small; to be done after the result was reported.
extension Cache {
  /// From more packs than this on they are combined; well below the number at which they are deleted.
  private static let manyPacks = 40
  /// From more bytes in packs than this on they are combined.
  private static let manyBytes = 192 << 20
  /// At most this many bytes are combined: fetching more again is quicker.
  private static let mostKept = 16 << 20

  /// Whether a remote has many or large packs.
  func wantsUpkeep(for remote: String) -> Bool {
    let packs = packs(of: remote)
    return packs.count > Self.manyPacks || packs.reduce(0) { $0 + $1.size } > Self.manyBytes
  }

  /// Combines the stored objects of one commit in one pack, and deletes the other packs.
  ///
  /// A process that is reading the deleted packs reopens the cache and fetches what it needs.
  ///
  /// - Throws: `GitError` for damaged objects, `LandingError` when they are too many to be combined.
  func putTogether(
    for remote: String, keeping tip: ObjectID, of reference: String
  ) throws {
    let objects = place(for: remote) + "/objects"
    // One process at a time; the others leave it alone.
    guard let turn = OpenFile(place(for: remote) + "/upkeep", O_RDONLY | O_CREAT), turn.lock()
    else { return }
    let old = packs(of: remote)
    let database = try ObjectDatabase.open(objects: objects)
    try database.store(present(from: tip, in: database))
    let new = Set(packs(of: remote).map(\.path)).subtracting(old.map(\.path))
    // A pack of the same objects has the same name, and existed before.
    guard !new.isEmpty else { return }
    write(fetchedTips(of: remote, reference).filter { $0 == tip }, of: remote, reference)
    for pack in old { pack.remove() }
    removeLeftOvers(in: objects + "/pack")
    withExtendedLifetime(turn) {}
  }

  /// The stored objects of one commit, without its history.
  private func present(from tip: ObjectID, in database: ObjectDatabase) throws -> NewObjects {
    let ids = try database.ids()
    var kept = NewObjects()
    var next = [tip]
    var seen: Set<ObjectID> = []
    while let id = next.popLast() {
      guard ids.contains(id), seen.insert(id).inserted else { continue }
      let object = try database.object(id)
      try kept.add(object.kind, object.bytes)
      guard kept.byteCount <= Self.mostKept else {
        throw LandingError(.corruptRepository, "more is cached than is worth being kept")
      }
      switch object.kind {
      case .commit: next.append(try Commit(bytes: object.bytes).tree)
      case .tree: next += try Tree(bytes: object.bytes).entries.map(\.id)
      default: break
      }
    }
    return kept
  }

  /// Deletes unfinished packs of killed processes after an hour.
  private func removeLeftOvers(in directory: String) {
    // A directory that cannot be listed is left alone, and so is a file that was deleted meanwhile.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    for name in names where ![".pack", ".idx"].contains(where: name.hasSuffix) {
      let path = "\(directory)/\(name)"
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      guard let date = attributes?[.modificationDate] as? Date, date.timeIntervalSinceNow < -3_600
      else { continue }
      unlink(path)
    }
  }
}
