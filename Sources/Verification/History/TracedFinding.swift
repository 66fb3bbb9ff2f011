internal import Landing
internal import Manifests

/// What a finding is about, so that it can be found in older versions of its file.
enum TracedFinding: TracedPart, Hashable {
  /// That the file, or the directory, exists.
  case presence
  case line(Int)
  case field(Field)
  /// That a document holds the object.
  case object(String)
  /// That no document holds the object.
  case absence(of: String)

  /// A field of an object, whether the object has it or not.
  struct Field: Hashable {
    /// From 1.
    var document: Int
    /// From the document's root.
    var pointer: String
    var line: Int?
  }

  var needsContent: Bool { self != .presence }

  static func version(of files: [String: [UInt8]]) -> FileVersion { FileVersion(files) }

  func found(in old: FileVersion, from new: FileVersion) -> TracedFinding? {
    switch self {
    case .presence: self
    case .line(let line): old.line(line, of: new).map { .line($0) }
    case .field(let field): Self.found(field, in: old, from: new)
    case .object(let name): old.holds(name) ? self : nil
    // A version that cannot be read may hold it.
    case .absence(let name): old.isReadable && !old.holds(name) ? self : nil
    }
  }

  /// A field is the same where the object has the same value, however it is written, or else where its
  /// line is the same: the item can have moved, and the object can have been renamed.
  private static func found(
    _ field: Field, in old: FileVersion, from new: FileVersion
  ) -> TracedFinding? {
    let object = new.object(in: field.document, above: field.pointer)
    if let object, let former = old.object(like: object),
      let pointer = former.pointer(for: field.pointer, of: object),
      former.hasSameValue(at: pointer, as: object, at: field.pointer)
    {
      let place = former.root.nearestValue(at: pointer).position
      return .field(
        Field(
          document: former.document, pointer: pointer, line: place == .none ? nil : place.line))
    }
    // The line of what is absent is that of something else, and a text of several lines can change
    // below its first line.
    let value = object?.root.value(at: field.pointer)
    guard let line = field.line, object == nil || value?.isOnOneLine == true else { return nil }
    return old.line(line, of: new).map { .line($0) }
  }
}

extension Node {
  fileprivate var isOnOneLine: Bool {
    switch content {
    case .string(let text): !text.utf8.contains(UInt8(ascii: "\n"))
    case .mapping, .sequence: false
    case .null, .boolean, .integer, .number: true
    }
  }
}

extension VersionedObject {
  /// Whether a field has the same value in two versions of an object, or is absent from both.
  ///
  /// A mapping or a list is the same while it exists: what is inside has fields of its own.
  fileprivate func hasSameValue(
    at pointer: String, as newer: VersionedObject, at newerPointer: String
  ) -> Bool {
    if pointer.ends(with: "/-") {
      return itemKeys(above: pointer) == newer.itemKeys(above: newerPointer)
    }
    let values = (root.value(at: pointer), newer.root.value(at: newerPointer))
    switch (values.0?.content, values.1?.content) {
    case (.mapping, .mapping), (.sequence, .sequence), (nil, nil): return true
    default: return values.0 == values.1
    }
  }

  /// What tells the items of a list from each other, for an item that the list lacks.
  private func itemKeys(above pointer: String) -> Set<Node> {
    let list = root.value(at: pointer.dropping(suffix: "/-"))?.sequence ?? []
    return Set(list.map { ItemKey.of($0)?.value ?? $0 })
  }
}
