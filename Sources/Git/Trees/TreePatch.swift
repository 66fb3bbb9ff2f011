/// A patch of one directory's bytes.
///
/// The same changes give the new tree and, as copy and insert instructions, its delta against the
/// old one; so a change in a directory of ten thousand entries takes about a hundred bytes to send.
struct TreePatch {
  struct Change {
    /// The range of the old bytes that is removed; empty for a mere insertion.
    var removed: Range<Int>
    var inserted: [UInt8]
    /// The sort key among insertions at the same offset.
    var key: [UInt8]
  }

  private let old: [UInt8]
  private var changes: [Change] = []

  init(of tree: Tree) { old = tree.bytes }

  /// Replaces the entry of a name.
  mutating func replace(_ point: TreeInsertionPoint, with entry: (mode: FileMode, id: ObjectID)?) {
    if let existing = point.existing {
      changes.append(Change(removed: existing.range, inserted: [], key: point.name))
    }
    guard let entry else { return }
    let isDirectory = entry.mode.isDirectory
    let offset = isDirectory ? point.directoryOffset : point.fileOffset
    changes.append(
      Change(
        removed: offset..<offset, inserted: point.bytes(mode: entry.mode, id: entry.id),
        key: isDirectory ? point.name + [UInt8(ascii: "/")] : point.name))
  }

  /// The new bytes.
  var result: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(old.count + changes.reduce(0) { $0 + $1.inserted.count })
    walk(copy: { result += old[$0] }, insert: { result += $0 })
    return result
  }

  /// The delta from the old to the new bytes (gitformat-pack(5), "Deltified
  /// representation").
  func delta(resultSize: Int) -> [UInt8] {
    var delta = Delta(baseSize: old.count, resultSize: resultSize)
    walk(copy: { delta.copy($0) }, insert: { delta.insert($0) })
    return delta.bytes
  }

  private func walk(copy: (Range<Int>) -> Void, insert: ([UInt8]) -> Void) {
    // Insertions at the same offset must be in Git's order of entries. Whether a removal there comes
    // before or after them makes no difference.
    let ordered = changes.sorted { left, right in
      left.removed.lowerBound == right.removed.lowerBound
        ? left.key.lexicographicallyPrecedes(right.key)
        : left.removed.lowerBound < right.removed.lowerBound
    }
    var position = 0
    for change in ordered {
      if position < change.removed.lowerBound { copy(position..<change.removed.lowerBound) }
      if !change.inserted.isEmpty { insert(change.inserted) }
      position = max(position, change.removed.upperBound)
    }
    if position < old.count { copy(position..<old.count) }
  }
}

/// The position of a name in a directory's bytes, whether the name exists or not.
struct TreeInsertionPoint {
  let name: [UInt8]
  var existing: (range: Range<Int>, mode: FileMode, id: ObjectID)?
  /// Git sorts a directory as if its name ended in a slash, so there are two offsets.
  var fileOffset: Int
  var directoryOffset: Int

  func bytes(mode: FileMode, id: ObjectID) -> [UInt8] {
    Array(String(mode.rawValue, radix: 8).utf8) + [UInt8(ascii: " ")] + name + [0] + id.bytes
  }
}

extension Tree {
  /// Finds the positions of many names in one pass.
  func insertionPoints(of names: [String]) throws(GitError) -> [TreeInsertionPoint] {
    var points = names.map {
      TreeInsertionPoint(
        name: Array($0.utf8), fileOffset: bytes.count, directoryOffset: bytes.count)
    }
    var keys: [(key: [UInt8], index: Int, isDirectory: Bool)] = []
    for (index, point) in points.enumerated() {
      keys.append((point.name, index, false))
      keys.append((point.name + [UInt8(ascii: "/")], index, true))
    }
    keys.sort { $0.key.lexicographicallyPrecedes($1.key) }
    var next = 0
    try scan { entry in
      while next < keys.count {
        let key = keys[next]
        let order = key.key.withUnsafeBytes { entry.order(comparedTo: $0) }
        if order < 0 { return true }
        if key.isDirectory {
          points[key.index].directoryOffset = entry.start
        } else {
          points[key.index].fileOffset = entry.start
        }
        if order == 0 {
          points[key.index].existing = (entry.start..<entry.end, entry.mode, entry.id)
        }
        next += 1
      }
      return false
    }
    return points
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
