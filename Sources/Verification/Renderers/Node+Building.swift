internal import Manifests

extension Node {
  static func text(_ text: String) -> Node { Node(.string(text)) }
  static func integer(_ value: Int) -> Node { Node(.integer(Int64(value))) }
  static func list(_ items: [Node]) -> Node { Node(.sequence(items)) }

  /// A mapping of those fields that have a value.
  static func fields(_ fields: [(String, Node?)]) -> Node {
    Node(.mapping(Mapping(fields.compactMap { key, value in value.map { (key, $0) } })))
  }
}
