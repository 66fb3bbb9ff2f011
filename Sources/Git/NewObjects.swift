/// Objects that were made and that the remote does not have yet: exactly what a push must send.
public struct NewObjects: Sendable {
  /// One new object.
  public struct Object: Sendable {
    /// Its name.
    public let id: ObjectID
    /// Its kind and bytes.
    public let object: GitObject
    /// How it is made from an object that the remote has, where that is much shorter.
    let delta: (base: ObjectID, instructions: [UInt8])?
  }

  /// The objects in the order in which they were made.
  public private(set) var objects: [Object] = []
  private var indexes: [ObjectID: Int] = [:]
  /// How many bytes they have.
  public private(set) var byteCount = 0

  /// No object.
  public init() {}

  /// The object of that name, if it is a new one.
  public subscript(id: ObjectID) -> GitObject? {
    indexes[id].map { objects[$0].object }
  }

  /// Adds an object and gives its name.
  ///
  /// - Throws: `GitError` when libgit2 cannot hash it.
  @discardableResult
  public mutating func add(_ kind: ObjectKind, _ bytes: [UInt8]) throws(GitError) -> ObjectID {
    let object = GitObject(kind: kind, bytes: bytes)
    let id = try ObjectID(of: object)
    add(Object(id: id, object: object, delta: nil))
    return id
  }

  mutating func add(_ object: Object) {
    guard indexes[object.id] == nil else { return }
    indexes[object.id] = objects.count
    objects.append(object)
    byteCount += object.object.bytes.count
  }

  /// Adds all objects of another set.
  public mutating func add(_ others: NewObjects) {
    for other in others.objects { add(other) }
  }

  /// Keeps the first objects alone.
  public mutating func cut(to count: Int) {
    for object in objects.dropFirst(count) {
      indexes[object.id] = nil
      byteCount -= object.object.bytes.count
    }
    objects.removeLast(max(0, objects.count - count))
  }

  /// Leaves out objects that turned out to be there already.
  public mutating func leaveOut(_ known: Set<ObjectID>) {
    objects.removeAll { known.contains($0.id) }
    byteCount = objects.reduce(0) { $0 + $1.object.bytes.count }
    indexes = Dictionary(uniqueKeysWithValues: objects.enumerated().map { ($1.id, $0) })
  }
}

/// New objects on top of those that are stored, read as one.
public struct Overlay<Base: ObjectReader>: ObjectReader {
  private let new: NewObjects
  private let base: Base

  /// Puts new objects on top of a reader.
  public init(_ new: NewObjects, over base: Base) {
    self.new = new
    self.base = base
  }

  /// Reads a new tree, or one of the base.
  public func tree(_ id: ObjectID) throws(GitError) -> Tree {
    if let object = new[id] { return try Tree(bytes: object.bytes) }
    return try base.tree(id)
  }

  /// Reads a new object, or one of the base.
  public func object(_ id: ObjectID) throws(GitError) -> GitObject {
    if let object = new[id] { return object }
    return try base.object(id)
  }

  /// Whether it is a new object or one of the base.
  public func contains(_ id: ObjectID) -> Bool {
    new[id] != nil || base.contains(id)
  }
}
