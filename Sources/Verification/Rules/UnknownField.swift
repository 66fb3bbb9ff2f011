internal import Manifests

/// Fields that an object's kind does not have: the API server drops them, or refuses the object.
enum UnknownField: RuleDefinition {
  static let rule = Rule.unknownField
  static let severity = Severity.error
  static let dependsOnlyOnEquality = true
  static let page = RulePage(
    meaning: "A field that its kind does not have. The API server drops it, or refuses the object.",
    origins: [
      "A YAML tool was told to set a field without naming a kind, and set it in all documents.",
      "A field at the wrong indentation.",
      "A field of another kind: spec.replicas of a Service, spec of a Secret.",
    ],
    remedies: [
      "Let the tool change only objects of the kind that the field belongs to.",
      "kubectl apply --dry-run=server --validate=strict -f FILE says what the API server thinks.",
    ],
    silence: [
      "The kind is not Kubernetes' own: only its operator knows its fields.",
      "The field is deeper than the first level of spec: an object of Kubernetes' own "
        + "is judged down to there.",
      "The value is null: for the API server the field is then absent.",
    ])
}

extension UnknownField {
  static func findings(in objects: [LandedObject]) -> [Finding] {
    objects.flatMap { object -> [Finding] in
      guard let kind = KnownKind.of(object.identity) else { return [] }
      let common: Set<String> = ["apiVersion", "kind", "metadata", "status", "sops"]
      var unknown = entries(of: object.node, outside: common.union(kind.fields), below: "")
      if let specFields = kind.specFields, kind.fields.contains("spec"),
        let spec = object.node["spec"]
      {
        unknown += entries(of: spec, outside: specFields, below: "/spec")
      }
      return unknown.map { pointer, entry in
        finding(of: object, at: pointer, entry: entry, among: objects)
      }
    }
  }

  /// The entries with other keys; null counts as absent, as it does for the API server.
  private static func entries(
    of node: Node, outside known: Set<String>, below pointer: String
  ) -> [(String, Mapping.Entry)] {
    (node.mapping?.entries ?? []).filter { !known.contains($0.key) && !$0.value.isNull }
      .map { (JSONPointer.appending($0.key, to: pointer), $0) }
  }

  private static func finding(
    of object: LandedObject, at pointer: String, entry: Mapping.Entry, among objects: [LandedObject]
  ) -> Finding {
    let path = JSONPointer.path(pointer)
    let isEverywhere = isSet(entry.value, at: pointer, inAll: objects)
    return finding(
      in: object, at: pointer, position: entry.keyPosition,
      expected: "no field \(path) in a \(object.identity.kind)",
      actual: Redaction(of: object.node).text(of: entry.value, at: pointer),
      cause: isEverywhere
        ? "the same \(path) is in all \(objects.count) objects: it was set without naming a kind"
        : nil,
      remedy: isEverywhere
        ? "let the YAML tool change only objects of the kind that the field belongs to"
        : "take it out, or put it where its kind has it")
  }

  /// Whether every object holds the value in the same field: a tool then edited all documents alike.
  private static func isSet(_ value: Node, at pointer: String, inAll objects: [LandedObject])
    -> Bool
  {
    Set(objects.map(\.identity.kind)).count > 1
      && objects.allSatisfy { object in
        guard let other = object.node.value(at: pointer) else { return false }
        return differences(between: value, and: other).isEmpty
      }
  }
}
