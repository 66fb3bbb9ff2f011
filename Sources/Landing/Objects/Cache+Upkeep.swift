internal import Foundation
internal import Git

/// Keeps a cache small: after an outcome was told, never before.
extension Cache {
  /// How many packs there may be before they are put together, well below what empties a cache.
  private static let manyPacks = 40
  /// How many bytes a remote's packs may have before they are put together.
  private static let manyBytes = 192 << 20
  /// What is worth being kept: more than that is sooner fetched again.
  private static let mostKept = 16 << 20

  /// Whether a remote's objects are spread over many packs, or are many.
  func wantsUpkeep(for remote: String) -> Bool {
    let packs = packs(of: remote)
    return packs.count > Self.manyPacks || packs.reduce(0) { $0 + $1.size } > Self.manyBytes
  }

  /// Puts what is here of one commit into one pack, and removes the others.
  ///
  /// Who reads them meanwhile finds them gone, opens the cache anew, and fetches what it needs.
  ///
  /// - Throws: `GitError` when what is here is damaged, or too much to be kept.
  func putTogether(
    for remote: String, keeping tip: ObjectID, of reference: String
  ) throws {
    let objects = place(for: remote) + "/objects"
    // One process at a time; the others leave it to that one.
    guard let turn = OpenFile(place(for: remote) + "/upkeep", O_RDONLY | O_CREAT), turn.lock()
    else { return }
    let old = packs(of: remote)
    let database = try ObjectDatabase.open(objects: objects)
    try database.store(present(from: tip, in: database))
    let new = Set(packs(of: remote).map(\.path)).subtracting(old.map(\.path))
    // A pack of the same objects has the same name, and was there before.
    guard !new.isEmpty else { return }
    write(fetchedTips(of: remote, reference).filter { $0 == tip }, of: remote, reference)
    for pack in old { pack.remove() }
    removeLeftOvers(in: objects + "/pack")
    withExtendedLifetime(turn) {}
  }

  /// The objects of one commit that are here, without its history.
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

  /// What a process that was killed left of a pack is no use to anybody after an hour.
  private func removeLeftOvers(in directory: String) {
    // What cannot be listed has no left-overs, and what has gone meanwhile has no age.
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
