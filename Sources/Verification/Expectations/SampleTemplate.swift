internal import Kratix
internal import Manifests

/// A rendered object with the request's name and namespace taken back, and no secret in it.
struct SampleTemplate {
  let request: ResourceRequest

  func object(_ object: ManifestObject) -> Node {
    let isSecret = object.identity.kind == "Secret" && object.identity.group.isEmpty
    var fields = object.node.mapping ?? Mapping()
    fields["status"] = nil
    fields["metadata"] = fields["metadata"].map(metadata)
    if isSecret {
      let keys = ExpectedObject.secretKeys(of: object.node)
      fields["data"] = nil
      fields["stringData"] = Node(.mapping(Mapping(keys.map { ($0, Node(.string(""))) })))
    }
    return template(Node(.mapping(fields)), key: "")
  }

  /// What tells objects apart; annotations and what a cluster adds are left out.
  private func metadata(_ node: Node) -> Node {
    let kept = (node.mapping?.entries ?? []).filter { entry in
      ["name", "generateName", "namespace", "labels"].contains(entry.key)
    }
    return Node(.mapping(Mapping(kept.map { ($0.key, $0.value) })))
  }

  private func template(_ node: Node, key: String) -> Node {
    switch node.content {
    case .string(let text):
      Node(.string(key == "namespace" ? namespace(text) : named(text)))
    case .sequence(let items): Node(.sequence(items.map { template($0, key: "") }))
    case .mapping(let mapping):
      Node(
        .mapping(
          Mapping(
            mapping.entries.filter { !isSecret($0, in: mapping) && !$0.value.isNull }
              .map { ($0.key, template($0.value, key: $0.key)) })))
    default: Node(node.content)
    }
  }

  private func isSecret(_ entry: Mapping.Entry, in mapping: Mapping) -> Bool {
    let isItem = entry.key == "value" && mapping["name"]?.string.map(Redaction.isSecretName) == true
    // A reference to a Secret names it, and holds nothing of it; so do keys without values.
    let isField = Redaction.isSecretName(entry.key) && !entry.key.hasSuffix("Name")
    return (isItem || isField) && entry.value.scalarText.map { !$0.isEmpty } == true
  }

  private func namespace(_ text: String) -> String {
    text == request.namespace ? "$(namespace)" : ReferenceText.escaping(text)
  }

  /// The text with the request's name, where it stands as a word, made a reference.
  private func named(_ text: String) -> String {
    let scalars = text.unicodeScalars
    var result = ""
    var rest = scalars[...]
    while let range = rest.firstRange(of: request.name.unicodeScalars) {
      let isWord =
        !(range.lowerBound > scalars.startIndex
        && scalars[scalars.index(before: range.lowerBound)].isOfName)
        && !(range.upperBound < scalars.endIndex && scalars[range.upperBound].isOfName)
      result += ReferenceText.escaping(String(rest[..<range.lowerBound]))
      result += isWord ? "$(name)" : ReferenceText.escaping(request.name)
      rest = rest[range.upperBound...]
    }
    return result + ReferenceText.escaping(String(rest))
  }
}

extension Unicode.Scalar {
  fileprivate var isOfName: Bool {
    isASCII && (properties.isAlphabetic || properties.numericType != nil)
  }
}

extension ReferenceText {
  /// Text that stands for itself.
  static func escaping(_ text: String) -> String {
    text.unicodeScalars.split(separator: "$", omittingEmptySubsequences: false)
      .map { String($0) }.joined(separator: "$$")
  }
}
