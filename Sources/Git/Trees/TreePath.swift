/// The path of a file in any tree: compared, hashed and ordered by its bytes, as in git.
///
/// Names that are equal to Swift may be two files. A `StatePath` is a path that is safe to write.
package struct TreePath: Sendable, Hashable {
  package let text: String

  package init(_ text: String) { self.text = text }

  package init(_ path: StatePath) { text = path.description }

  package static func == (left: TreePath, right: TreePath) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  package func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

extension TreePath: Comparable {
  package static func < (left: TreePath, right: TreePath) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }
}

extension TreePath: CustomStringConvertible {
  package var description: String { text }
}
