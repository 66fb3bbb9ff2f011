/// The path of a file as a tree has it, whoever wrote the tree: compared, hashed and ordered by its
/// bytes, as git does.
///
/// Two names may be equal to Swift and be two files. A `StatePath` is one that is safe to write.
package struct TreePath: Sendable, Hashable {
  /// The path with slashes.
  package let text: String

  /// A path with slashes.
  package init(_ text: String) { self.text = text }

  /// The path of what may be written.
  package init(_ path: StatePath) { text = path.description }

  /// Whether the bytes are the same.
  package static func == (left: TreePath, right: TreePath) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  /// Hashes the bytes.
  package func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

extension TreePath: Comparable {
  /// Orders by bytes.
  package static func < (left: TreePath, right: TreePath) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }
}

extension TreePath: CustomStringConvertible {
  /// The path with slashes.
  package var description: String { text }
}
