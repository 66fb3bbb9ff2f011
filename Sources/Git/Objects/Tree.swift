internal import Foundation

/// The mode of a tree entry, as Git writes it (gitformat: "tree objects").
package struct FileMode: Sendable, Hashable {
  /// The number that Git writes in octal.
  package let rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// A file that is not executable.
  package static let file = FileMode(rawValue: 0o100644)
  package static let directory = FileMode(rawValue: 0o040000)

  package var isDirectory: Bool { rawValue & 0o170000 == 0o040000 }
  /// Whether it is a file, executable or not; links and submodules are none.
  package var isFile: Bool { rawValue & 0o170000 == 0o100000 }
}

/// An entry of a tree.
package struct TreeEntry: Sendable, Hashable {
  /// The name, without slashes.
  package let name: String
  package let mode: FileMode
  package let id: ObjectID

  package init(name: String, mode: FileMode, id: ObjectID) {
    self.name = name
    self.mode = mode
    self.id = id
  }
}

/// A directory, kept as the bytes that Git stores.
///
/// The widest directories of a state store have tens of thousands of entries, of which usually one
/// is needed, so the bytes are scanned and only the entries found become values.
package struct Tree: Sendable, Hashable {
  /// The bytes of the tree object.
  package let bytes: [UInt8]

  package static let empty = Tree(unchecked: [])

  init(unchecked bytes: [UInt8]) { self.bytes = bytes }

  /// Parses the bytes of a tree object.
  ///
  /// - Throws: `GitError` with the code `corrupt` when they are not complete entries.
  package init(bytes: [UInt8]) throws(GitError) {
    self.bytes = bytes
    try scan { _ in true }
  }

  /// All entries in Git's order.
  package var entries: [TreeEntry] {
    var entries: [TreeEntry] = []
    forEachEntry { entry in
      entries.append(entry)
      return true
    }
    return entries
  }

  /// Visits the entries in Git's order until the body returns `false`, without an array of all.
  package func forEachEntry(_ body: (TreeEntry) -> Bool) {
    visit { body($0.entry) }
  }

  package func entry(named name: String) -> TreeEntry? { entry(named: Array(name.utf8)) }

  private func entry(named wanted: [UInt8]) -> TreeEntry? {
    var found: TreeEntry?
    wanted.withUnsafeBytes { wanted in
      visit { scanned in
        guard scanned.hasName(wanted) else { return true }
        found = scanned.entry
        return false
      }
    }
    return found
  }

  /// The entries with these names, found in one pass.
  ///
  /// - Parameter names: Names in UTF-8 without duplicates.
  /// - Returns: The entries in the order of the names, `nil` for a name without entry.
  package func entries(named names: [[UInt8]]) -> [TreeEntry?] {
    if names.count == 1 { return names.map(entry(named:)) }
    let order = names.indices.sorted { names[$0].lexicographicallyPrecedes(names[$1]) }
    var found: [TreeEntry?] = Array(repeating: nil, count: names.count)
    var missing = names.count
    visit { scanned in
      guard let index = scanned.index(in: names, sortedBy: order), found[index] == nil else {
        return true
      }
      found[index] = scanned.entry
      missing -= 1
      return missing > 0
    }
    return found
  }

  package var isEmpty: Bool { bytes.isEmpty }

  /// Visits the entries, which the initialiser has checked.
  private func visit(_ body: (ScannedEntry) -> Bool) {
    // Cannot throw: the initialiser has scanned all bytes.
    do throws(GitError) { try scan(body) } catch { return }
  }

  /// Visits the entries in order until the body returns `false`.
  func scan(_ body: (ScannedEntry) -> Bool) throws(GitError) {
    let whole = bytes.withUnsafeBytes { bytes in
      var start = 0
      while start < bytes.count {
        guard let entry = ScannedEntry(at: start, in: bytes) else { return false }
        guard body(entry) else { return true }
        start = entry.end
      }
      return true
    }
    guard whole else { throw .corrupt("a tree object ends in the middle of an entry", in: "tree") }
  }
}

/// An entry during a scan of its tree; it points into the tree's bytes and must not be kept.
struct ScannedEntry {
  /// The offsets of the entry's begin and end in the tree's bytes.
  let start: Int
  let end: Int
  let mode: FileMode
  private let bytes: UnsafeRawBufferPointer
  private let nameStart: Int

  /// Parses an entry: its mode in octal digits, a space, its name, a NUL, and twenty bytes of id.
  init?(at start: Int, in bytes: UnsafeRawBufferPointer) {
    var mode: UInt32 = 0
    var position = start
    while position < bytes.count, bytes[position] != UInt8(ascii: " ") {
      guard case UInt8(ascii: "0")...UInt8(ascii: "7") = bytes[position], position - start < 6
      else { return nil }
      mode = mode << 3 | UInt32(bytes[position] - UInt8(ascii: "0"))
      position += 1
    }
    let nameStart = position + 1
    guard position > start, nameStart < bytes.count, let base = bytes.baseAddress,
      let end = memchr(base + nameStart, 0, bytes.count - nameStart)
    else { return nil }
    let nameEnd = UnsafeRawPointer(end) - base
    guard nameEnd > nameStart, nameEnd + 1 + ObjectID.byteCount <= bytes.count else { return nil }
    self.start = start
    self.end = nameEnd + 1 + ObjectID.byteCount
    self.mode = FileMode(rawValue: mode)
    self.bytes = bytes
    self.nameStart = nameStart
  }

  var name: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[nameStart..<(end - 1 - ObjectID.byteCount)])
  }

  var id: ObjectID {
    ObjectID(bytes: bytes[(end - ObjectID.byteCount)..<end]) ?? .zero
  }

  var entry: TreeEntry {
    TreeEntry(name: String(decoding: name, as: UTF8.self), mode: mode, id: id)
  }

  func hasName(_ other: UnsafeRawBufferPointer) -> Bool {
    order(name, other) == 0
  }

  /// The index of the entry's name in an array of names, if it is there.
  ///
  /// - Parameter places: The indexes of the names, in the order of their bytes.
  func index(in names: [[UInt8]], sortedBy places: [Int]) -> Int? {
    var range = places.indices
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      let difference = names[places[middle]].withUnsafeBytes { order(name, $0) }
      if difference == 0 { return places[middle] }
      range =
        difference < 0 ? range.lowerBound..<middle : middle + 1..<range.upperBound
    }
    return nil
  }
}

/// Compares names as `memcmp` does; a prefix comes before the longer name.
func order(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
  let shared = min(left.count, right.count)
  if shared > 0, let first = left.baseAddress, let second = right.baseAddress {
    let order = memcmp(first, second, shared)
    if order != 0 { return Int(order) }
  }
  return left.count - right.count
}
