extension Mapping {
  /// Adds the entries of a merge key `<<`: a mapping, or a sequence of mappings.
  ///
  /// An explicit key wins over a merged one, and an earlier mapping of the sequence over a later
  /// one. https://yaml.org/type/merge.html
  mutating func merge(_ source: Node, file: String) throws(ManifestError) {
    switch source.content {
    case .mapping(let mapping):
      add(missingFrom: mapping)
    case .sequence(let items):
      for item in items {
        guard case .mapping(let mapping) = item.content else {
          throw Self.notMergeable(item, file: file)
        }
        add(missingFrom: mapping)
      }
    default:
      throw Self.notMergeable(source, file: file)
    }
  }

  private mutating func add(missingFrom other: Mapping) {
    for entry in other.entries where self[entry.key] == nil { append(entry) }
  }

  private static func notMergeable(_ node: Node, file: String) -> ManifestError {
    ManifestError(
      code: .invalidMerge, file: file, position: node.position,
      message: "<< takes a mapping or a list of mappings, not \(node.kindDescription)")
  }
}
