/// Values under unique keys, in the order of the file.
///
/// Keys are compared by their bytes, as in Kubernetes: a composed and a decomposed accent make two
/// keys.
package struct Mapping: Sendable {
  package struct Entry: Sendable {
    package let key: String
    package let keyPosition: Position
    package var value: Node

    package init(key: String, keyPosition: Position = .none, value: Node) {
      self.key = key
      self.keyPosition = keyPosition
      self.value = value
    }
  }

  /// The entries in order.
  package private(set) var entries: [Entry]

  // Most mappings of a manifest have fewer than ten keys, for which a linear search is faster than
  // hashing and needs no memory. A ConfigMap or a schema may have hundreds. Of keys that are equal to
  // Swift, the first is in the index and the others are searched for.
  private var index: [String: Int]?
  private static let linearLimit = 16

  /// A mapping without entries.
  package init() {
    entries = []
  }

  /// A mapping with entries in this order; of two equal keys the later value is kept.
  package init(_ elements: some Sequence<(String, Node)>) {
    self.init()
    for (key, value) in elements { self[key] = value }
  }

  /// Two entries that have the same key.
  struct DuplicateKey: Error {
    let first: Entry
    let second: Entry
  }

  /// A mapping of the entries that the reader found.
  init(unique entries: [Entry]) throws(DuplicateKey) {
    self.entries = entries
    if entries.count <= Self.linearLimit {
      for later in entries.indices.dropFirst() {
        for earlier in 0..<later where Self.areSame(entries[earlier].key, entries[later].key) {
          throw DuplicateKey(first: entries[earlier], second: entries[later])
        }
      }
      return
    }
    index = [:]
    index?.reserveCapacity(entries.count)
    for (place, entry) in entries.enumerated() {
      if let earlier = self.place(of: entry.key, in: entries[..<place]) {
        throw DuplicateKey(first: entries[earlier], second: entry)
      }
      if index?[entry.key] == nil { index?[entry.key] = place }
    }
  }

  /// The number of entries.
  package var count: Int { entries.count }

  /// Whether there are no entries.
  package var isEmpty: Bool { entries.isEmpty }

  /// The keys in order.
  package var keys: some Sequence<String> { entries.lazy.map(\.key) }

  /// The entry of a key.
  package func entry(_ key: String) -> Entry? { place(of: key).map { entries[$0] } }

  /// The value under a key.
  ///
  /// Setting a new key appends it; setting `nil` removes the key.
  package subscript(key: String) -> Node? {
    get { place(of: key).map { entries[$0].value } }
    set {
      switch (place(of: key), newValue) {
      case (let place?, let value?):
        entries[place].value = value
      case (let place?, nil):
        entries.remove(at: place)
        reindex()
      case (nil, let value?):
        append(Entry(key: key, value: value))
      case (nil, nil):
        break
      }
    }
  }

  /// Appends an entry with a new key.
  mutating func append(_ entry: Entry) {
    entries.append(entry)
    if index == nil {
      reindex()
    } else if index?[entry.key] == nil {
      index?[entry.key] = entries.count - 1
    }
  }

  private func place(of key: String) -> Int? {
    place(of: key, in: entries[...])
  }

  private func place(of key: String, in entries: ArraySlice<Entry>) -> Int? {
    guard let index else { return entries.firstIndex { Self.areSame($0.key, key) } }
    guard let place = index[key] else { return nil }
    return Self.areSame(entries[place].key, key)
      ? place : entries.firstIndex { Self.areSame($0.key, key) }
  }

  // Swift's comparison is fast, and strings that it distinguishes have different bytes.
  private static func areSame(_ left: String, _ right: String) -> Bool {
    left == right && left.isSame(as: right)
  }

  private mutating func reindex() {
    guard entries.count > Self.linearLimit else {
      index = nil
      return
    }
    index = Dictionary(zip(entries.lazy.map(\.key), 0...)) { first, _ in first }
  }
}

extension Mapping: ExpressibleByDictionaryLiteral {
  /// A mapping made in code; of two equal keys the later value is kept.
  package init(dictionaryLiteral elements: (String, Node)...) { self.init(elements) }
}

extension Mapping: Hashable {
  /// Whether two mappings have equal values under the same keys, in any order.
  package static func == (left: Mapping, right: Mapping) -> Bool {
    guard left.count == right.count else { return false }
    return left.entries.allSatisfy { right[$0.key] == $0.value }
  }

  /// Hashes the entries so that their order does not matter.
  package func hash(into hasher: inout Hasher) {
    var sum = 0
    for entry in entries {
      var own = Hasher()
      own.combine(entry.key)
      own.combine(entry.value)
      sum &+= own.finalize()
    }
    hasher.combine(sum)
  }
}
