internal import Git
internal import Manifests

/// One version of a file, or of the files of a directory.
struct FileVersion {
  private let lines: [ArraySlice<UInt8>]
  private let objects: [VersionedObject]
  /// Whether all manifests could be read.
  let isReadable: Bool

  /// - Parameter files: Files by their paths below the directory; a file itself by `""`.
  init(_ files: [String: [UInt8]]) {
    lines = (files[""] ?? []).split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    var objects: [VersionedObject] = []
    var isReadable = true
    for (path, bytes) in files.sorted(by: { $0.key < $1.key })
    where path.isEmpty || LandedFile.isRead(path: path, mode: .file) {
      do throws(ManifestError) {
        let file = try ManifestFile(parsing: bytes, name: path)
        objects += file.documents.flatMap(VersionedObject.all)
      } catch {
        isReadable = false
      }
    }
    self.objects = objects
    self.isReadable = isReadable
  }

  /// Whether a document holds an object, given as `Kind/name`.
  func holds(_ name: String) -> Bool { objects.contains { $0.identity.description == name } }

  /// The object of a document that a pointer from the document's root leads into.
  func object(in document: Int, above pointer: String) -> VersionedObject? {
    objects.first {
      $0.document == document && (pointer == $0.pointer || pointer.begins(with: $0.pointer + "/"))
    }
  }

  /// The object of the same kind and name; of several the one in the same place.
  func object(like newer: VersionedObject) -> VersionedObject? {
    let same = objects.filter { $0.identity.description == newer.identity.description }
    return same.first { $0.identity.namespace == newer.identity.namespace }
      ?? same.first { $0.document == newer.document } ?? same.first
  }

  /// The line of this version that a line of a newer one was, by their difference; `nil` for a new one.
  func line(_ line: Int, of newer: FileVersion) -> Int? {
    LineMatch.place(of: line - 1, of: newer.lines, in: lines).map { $0 + 1 }
  }
}

/// An object of a version.
struct VersionedObject {
  let document: Int
  let identity: ObjectIdentity
  /// The root of the document.
  let root: Node
  /// From the root to the object.
  let pointer: String

  static func all(of document: Document) -> [VersionedObject] {
    document.objects.map { object in
      VersionedObject(
        document: document.index, identity: object.identity, root: document.root,
        pointer: object.pointer)
    }
  }

  /// The pointer to a field of a newer version of the object: items of lists are found by what tells
  /// them from each other.
  ///
  /// - Returns: `nil` if an item is not in this version.
  func pointer(for pointer: String, of newer: VersionedObject) -> String? {
    guard pointer.begins(with: newer.pointer),
      let tokens = JSONPointer.tokens(of: pointer.dropping(prefix: newer.pointer))
    else { return nil }
    var found = self.pointer
    var (old, new) = (root.value(at: found), newer.root.value(at: newer.pointer))
    for token in tokens {
      let next = JSONPointer.appending(token, to: "")
      if let former = old?.sequence, let item = new?.value(at: next) {
        guard let index = ItemKey.index(of: item, in: former, near: Int(token) ?? 0) else {
          return nil
        }
        found = JSONPointer.appending(index, to: found)
        old = former[index]
      } else {
        found += next
        old = old?.value(at: next)
      }
      new = new?.value(at: next)
    }
    return found
  }
}

/// What tells an item of a list from the others.
struct ItemKey {
  let field: String
  let value: Node

  private static let fields = [
    "name", "key", "mountPath", "devicePath", "containerPort", "port", "type", "id", "ip",
  ]

  static func of(_ item: Node) -> ItemKey? {
    for field in fields {
      if let value = item[field], !value.isNull { return ItemKey(field: field, value: value) }
    }
    return nil
  }

  /// The index of the item in an older list; without a key that of an equal one, or its own.
  static func index(of item: Node, in list: [Node], near index: Int) -> Int? {
    if let key = of(item) { return list.firstIndex { $0[key.field] == key.value } }
    if list.indices.contains(index), list[index] == item { return index }
    return list.firstIndex(of: item) ?? (list.indices.contains(index) ? index : nil)
  }
}
