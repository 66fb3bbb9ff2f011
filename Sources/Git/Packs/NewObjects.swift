/// New objects that the remote does not have yet: exactly what a push must send.
package struct NewObjects: Sendable {
  package struct Object: Sendable {
    package let id: ObjectID
    package let kind: ObjectKind
    /// Its kind and bytes; `nil` if they were dropped and only the delta was kept.
    package fileprivate(set) var object: GitObject?
    /// A delta against an object that the remote has, or an earlier new one, if that is much shorter.
    let delta: (base: ObjectID, instructions: [UInt8])?
    /// The length of the delta chain from an object that is stored whole.
    fileprivate(set) var depth = 0

    init(id: ObjectID, object: GitObject, delta: (base: ObjectID, instructions: [UInt8])?) {
      self.id = id
      self.kind = object.kind
      self.object = object
      self.delta = delta
    }

    fileprivate var byteCount: Int { object?.bytes.count ?? 0 }
  }

  /// The longest delta chain, as `pack.depth` in git-config(1): a reader of the last delta has to
  /// apply all.
  private static let longestChain = 50
  /// Bytes above this size are dropped once a newer object is stored as a delta against them: each
  /// write of a batch makes a new version of a wide directory.
  private static let largestKept = 16 << 10

  /// The objects in the order in which they were added.
  package private(set) var objects: [Object] = []
  private var indexes: [ObjectID: Int] = [:]
  /// The size of all kept bytes.
  package private(set) var byteCount = 0

  package init() {}

  /// The new object with this id, if its bytes were not dropped.
  package subscript(id: ObjectID) -> GitObject? {
    indexes[id].flatMap { objects[$0].object }
  }

  package func contains(_ id: ObjectID) -> Bool { indexes[id] != nil }

  /// Reconstructs an object whose bytes were dropped by applying its delta; `nil` for other objects.
  ///
  /// - Throws: `GitError` when the base of the delta cannot be read.
  package func reconstructed(
    _ id: ObjectID, from base: (ObjectID) throws(GitError) -> GitObject
  ) throws(GitError) -> GitObject? {
    guard let index = indexes[id], let delta = objects[index].delta else { return nil }
    let bytes = try Delta.apply(delta.instructions, to: base(delta.base).bytes)
    return GitObject(kind: objects[index].kind, bytes: bytes)
  }

  /// Adds an object and returns its id.
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
      if object.depth > Self.longestChain, let whole = object.object {
        object = Object(id: object.id, object: whole, delta: nil)
      }
      if objects[base].byteCount > Self.largestKept, objects[base].delta != nil {
        dropBytes(at: base)
      }
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

  /// These objects without blobs above a size in bytes.
  package func withoutBlobs(over count: Int) -> NewObjects {
    var kept = NewObjects()
    for new in objects where new.kind != .blob || new.byteCount <= count { kept.add(new) }
    return kept
  }

  /// The commits in the order in which they were added.
  package var commits: [(id: ObjectID, bytes: [UInt8])] {
    objects.compactMap { new in
      new.kind == .commit ? new.object.map { (new.id, $0.bytes) } : nil
    }
  }

  /// These objects with others in the place of the commits, in the order of `commits`.
  ///
  /// - Throws: `GitError` when libgit2 cannot hash one.
  package func replacingCommits(with commits: [[UInt8]]) throws(GitError) -> NewObjects {
    var replaced = NewObjects()
    var next = commits[...]
    for new in objects {
      if new.kind == .commit, let commit = next.popFirst() {
        try replaced.add(.commit, commit)
      } else {
        replaced.add(new)
      }
    }
    return replaced
  }

  /// Keeps only the first objects.
  package mutating func truncate(to count: Int) {
    for object in objects.dropFirst(count) {
      indexes[object.id] = nil
      byteCount -= object.byteCount
    }
    objects.removeLast(max(0, objects.count - count))
  }
}

/// A reader of new objects and, below them, those of another reader.
package struct Overlay<Base: ObjectReader>: ObjectReader {
  private let new: NewObjects
  private let base: Base

  package init(_ new: NewObjects, over base: Base) {
    self.new = new
    self.base = base
  }

  package func tree(_ id: ObjectID) throws(GitError) -> Tree {
    if let object = new[id] { return try Tree(bytes: object.bytes) }
    return try base.tree(id)
  }

  package func object(_ id: ObjectID) throws(GitError) -> GitObject {
    if let object = new[id] { return object }
    return try base.object(id)
  }

  package func byteCount(of id: ObjectID) throws(GitError) -> Int {
    if let object = new[id] { return object.bytes.count }
    return try base.byteCount(of: id)
  }

  package func contains(_ id: ObjectID) -> Bool {
    new[id] != nil || base.contains(id)
  }
}
