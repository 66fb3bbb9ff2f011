/// Objects that were made and that the remote does not have yet: exactly what a push must send.
package struct NewObjects: Sendable {
  /// One new object.
  package struct Object: Sendable {
    /// Its name.
    package let id: ObjectID
    /// What it is.
    package let kind: ObjectKind
    /// Its kind and bytes; `nil` for one that a newer one has replaced, of which its delta is left.
    package fileprivate(set) var object: GitObject?
    /// How it is made from an object that the remote has, or one made before it, where that is
    /// much shorter.
    let delta: (base: ObjectID, instructions: [UInt8])?
    /// How many deltas lead to it from an object that is there as a whole.
    fileprivate(set) var depth = 0

    init(id: ObjectID, object: GitObject, delta: (base: ObjectID, instructions: [UInt8])?) {
      self.id = id
      self.kind = object.kind
      self.object = object
      self.delta = delta
    }

    fileprivate var byteCount: Int { object?.bytes.count ?? 0 }
  }

  /// How many deltas may follow on each other, as git-config(1) has it for `pack.depth`: whoever
  /// reads the last of them has to apply all.
  private static let mostDeltas = 50
  /// Of an object of this size the bytes are dropped when a delta leads on from it: a batch makes a
  /// wide directory anew for each of its writes.
  private static let wide = 16 << 10

  /// The objects in the order in which they were made.
  package private(set) var objects: [Object] = []
  private var indexes: [ObjectID: Int] = [:]
  /// How many bytes they have.
  package private(set) var byteCount = 0

  /// No object.
  package init() {}

  /// The object of that name, if it is a new one and its bytes are here.
  package subscript(id: ObjectID) -> GitObject? {
    indexes[id].flatMap { objects[$0].object }
  }

  /// Whether it is a new object.
  package func contains(_ id: ObjectID) -> Bool { indexes[id] != nil }

  /// The new object of that name, where its bytes were dropped: made again from what it was made
  /// from.
  ///
  /// - Throws: `GitError` when that cannot be read.
  package func remade(
    _ id: ObjectID, from base: (ObjectID) throws(GitError) -> GitObject
  ) throws(GitError) -> GitObject? {
    guard let index = indexes[id], let delta = objects[index].delta else { return nil }
    let bytes = try Delta.apply(delta.instructions, to: base(delta.base).bytes)
    return GitObject(kind: objects[index].kind, bytes: bytes)
  }

  /// Adds an object and gives its name.
  ///
  /// - Throws: `GitError` when libgit2 cannot hash it.
  @discardableResult
  package mutating func add(_ kind: ObjectKind, _ bytes: [UInt8]) throws(GitError) -> ObjectID {
    let object = GitObject(kind: kind, bytes: bytes)
    let id = try ObjectID(of: object)
    add(Object(id: id, object: object, delta: nil))
    return id
  }

  mutating func add(_ object: Object) {
    guard indexes[object.id] == nil else { return }
    var object = object
    if let delta = object.delta, let base = indexes[delta.base] {
      object.depth = objects[base].depth + 1
      if object.depth > Self.mostDeltas, let whole = object.object {
        object = Object(id: object.id, object: whole, delta: nil)
      }
      if objects[base].byteCount > Self.wide, objects[base].delta != nil { dropBytes(at: base) }
    }
    indexes[object.id] = objects.count
    objects.append(object)
    byteCount += object.byteCount
  }

  private mutating func dropBytes(at index: Int) {
    byteCount -= objects[index].byteCount
    objects[index].object = nil
  }

  /// Adds all objects of another set.
  package mutating func add(_ others: NewObjects) {
    for other in others.objects { add(other) }
  }

  /// The same without files of more bytes than that.
  package func withoutBlobs(over count: Int) -> NewObjects {
    var kept = NewObjects()
    for new in objects where new.kind != .blob || new.byteCount <= count { kept.add(new) }
    return kept
  }

  /// Keeps the first objects alone.
  package mutating func cut(to count: Int) {
    for object in objects.dropFirst(count) {
      indexes[object.id] = nil
      byteCount -= object.byteCount
    }
    objects.removeLast(max(0, objects.count - count))
  }

  /// Leaves out objects that turned out to be there already.
  package mutating func leaveOut(_ known: Set<ObjectID>) {
    objects.removeAll { known.contains($0.id) }
    byteCount = objects.reduce(0) { $0 + $1.byteCount }
    indexes = Dictionary(uniqueKeysWithValues: objects.enumerated().map { ($1.id, $0) })
  }
}

/// New objects on top of those that are stored, read as one.
package struct Overlay<Base: ObjectReader>: ObjectReader {
  private let new: NewObjects
  private let base: Base

  /// Puts new objects on top of a reader.
  package init(_ new: NewObjects, over base: Base) {
    self.new = new
    self.base = base
  }

  /// Reads a new tree, or one of the base.
  package func tree(_ id: ObjectID) throws(GitError) -> Tree {
    if let object = new[id] { return try Tree(bytes: object.bytes) }
    return try base.tree(id)
  }

  /// Reads a new object, or one of the base.
  package func object(_ id: ObjectID) throws(GitError) -> GitObject {
    if let object = new[id] { return object }
    return try base.object(id)
  }

  /// How many bytes a new object has, or one of the base.
  package func byteCount(of id: ObjectID) throws(GitError) -> Int {
    if let object = new[id] { return object.bytes.count }
    return try base.byteCount(of: id)
  }

  /// Whether it is a new object or one of the base.
  package func contains(_ id: ObjectID) -> Bool {
    new[id] != nil || base.contains(id)
  }
}
