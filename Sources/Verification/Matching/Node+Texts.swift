internal import Manifests

extension Node {
  /// All texts in it that are values.
  var texts: Set<String> {
    switch content {
    case .string(let text): [text]
    case .sequence(let items): items.reduce(into: []) { $0.formUnion($1.texts) }
    case .mapping(let mapping): mapping.entries.reduce(into: []) { $0.formUnion($1.value.texts) }
    default: []
    }
  }
}
