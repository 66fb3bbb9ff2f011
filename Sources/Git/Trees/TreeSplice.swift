/// The edit of one directory's bytes: pieces that go and pieces that come, from front to back.
///
/// The same list gives the new tree and, as copy and insert instructions, its delta against the
/// old one; so a directory of ten thousand entries costs some hundred bytes on the wire.
struct TreeSplice {
  /// One change of the bytes.
  struct Piece {
    /// The bytes of the old tree that go; empty where something is only inserted.
    var removed: Range<Int>
    /// The bytes that come in their place.
    var inserted: [UInt8]
    /// What orders the entries that come at one place.
    var key: [UInt8]
  }

  private let old: [UInt8]
  private var pieces: [Piece] = []

  init(of tree: Tree) { old = tree.bytes }

  /// Replaces the entry of a name.
  mutating func replace(_ place: TreePlace, with entry: (mode: FileMode, id: ObjectID)?) {
    if let existing = place.existing {
      pieces.append(Piece(removed: existing.range, inserted: [], key: place.name))
    }
    guard let entry else { return }
    let isDirectory = entry.mode.isDirectory
    let offset = isDirectory ? place.directoryOffset : place.fileOffset
    pieces.append(
      Piece(
        removed: offset..<offset, inserted: place.bytes(mode: entry.mode, id: entry.id),
        key: isDirectory ? place.name + [UInt8(ascii: "/")] : place.name))
  }

  /// The old bytes with all pieces changed.
  var result: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(old.count + pieces.reduce(0) { $0 + $1.inserted.count })
    walk(copy: { result += old[$0] }, insert: { result += $0 })
    return result
  }

  /// The delta that makes the result of the old bytes (gitformat-pack(5), "Deltified
  /// representation").
  func delta(resultSize: Int) -> [UInt8] {
    var delta = Delta(baseSize: old.count, resultSize: resultSize)
    walk(copy: { delta.copy($0) }, insert: { delta.insert($0) })
    return delta.bytes
  }

  private func walk(copy: (Range<Int>) -> Void, insert: ([UInt8]) -> Void) {
    // Entries that come at one place must follow each other in Git's order. Whether a removal of
    // that place comes before or after them makes no difference.
    let ordered = pieces.sorted { left, right in
      left.removed.lowerBound == right.removed.lowerBound
        ? left.key.lexicographicallyPrecedes(right.key)
        : left.removed.lowerBound < right.removed.lowerBound
    }
    var position = 0
    for piece in ordered {
      if position < piece.removed.lowerBound { copy(position..<piece.removed.lowerBound) }
      if !piece.inserted.isEmpty { insert(piece.inserted) }
      position = max(position, piece.removed.upperBound)
    }
    if position < old.count { copy(position..<old.count) }
  }
}

/// Where in a directory's bytes a name stands, or would stand.
struct TreePlace {
  let name: [UInt8]
  var existing: (range: Range<Int>, mode: FileMode, id: ObjectID)?
  /// Git orders a directory as if its name ended in a slash, so there are two places.
  var fileOffset: Int
  var directoryOffset: Int

  func bytes(mode: FileMode, id: ObjectID) -> [UInt8] {
    Array(String(mode.rawValue, radix: 8).utf8) + [UInt8(ascii: " ")] + name + [0] + id.bytes
  }
}

extension Tree {
  /// Finds the places of many names in one pass.
  func places(of names: [String]) throws(GitError) -> [TreePlace] {
    var places = names.map {
      TreePlace(name: Array($0.utf8), fileOffset: bytes.count, directoryOffset: bytes.count)
    }
    var keys: [(key: [UInt8], index: Int, isDirectory: Bool)] = []
    for (index, place) in places.enumerated() {
      keys.append((place.name, index, false))
      keys.append((place.name + [UInt8(ascii: "/")], index, true))
    }
    keys.sort { $0.key.lexicographicallyPrecedes($1.key) }
    var next = 0
    try scan { entry in
      while next < keys.count {
        let key = keys[next]
        let order = key.key.withUnsafeBytes { entry.order(comparedTo: $0) }
        if order < 0 { return true }
        if key.isDirectory {
          places[key.index].directoryOffset = entry.start
        } else {
          places[key.index].fileOffset = entry.start
        }
        if order == 0 {
          places[key.index].existing = (entry.start..<entry.end, entry.mode, entry.id)
        }
        next += 1
      }
      return false
    }
    return places
  }
}

extension ScannedEntry {
  /// Compares in Git's order of tree entries, where a directory's name ends in a slash.
  fileprivate func order(comparedTo key: UnsafeRawBufferPointer) -> Int {
    guard mode.isDirectory else { return Git.order(name, key) }
    if key.count <= name.count { return Git.order(name, key) == 0 ? 1 : Git.order(name, key) }
    let head = UnsafeRawBufferPointer(rebasing: key[..<name.count])
    let order = Git.order(name, head)
    if order != 0 { return order }
    let difference = Int(UInt8(ascii: "/")) - Int(key[name.count])
    return difference != 0 ? difference : name.count + 1 - key.count
  }
}
