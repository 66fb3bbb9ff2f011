internal import Manifests

/// Placeholders that the pipeline did not replace.
enum PlaceholderLeft: RuleDefinition {
  static let rule = Rule.placeholderLeft
  static let severity = Severity.error
  static let dependsOnlyOnEquality = true
  static let page = RulePage(
    meaning: "A placeholder that nothing replaced: placeholder-…, $(…), ${…} or {{ … }}. Where "
      + "Kubernetes, a shell or an operator gives such a text a meaning, it is left alone.",
    origins: [
      "Only the first document's placeholders were replaced: most YAML tools edit one document.",
      "A variable was not set when the template was rendered.",
      "The placeholder is misspelled in the template.",
    ],
    remedies: [
      "Let the pipeline replace its placeholders in every document.",
      "Let it fail when a variable is not set (envsubst does not; set -u does).",
    ])
}

extension PlaceholderLeft {
  static func findings(in objects: [LandedObject]) -> [Finding] {
    let findings = objects.flatMap { object -> [Finding] in
      var walk = PlaceholderWalk(object: object)
      walk.visit(object.node, at: "", in: PlaceholderWalk.Surroundings())
      return walk.findings
    }
    let files = filesWithOnlyTheFirstReplaced(objects, findings)
    return findings.map { finding in
      guard let file = finding.file, files.contains(file) else { return finding }
      var finding = finding
      finding.cause = "only the first document's placeholders were replaced"
      finding.remedy = "let the YAML tool edit every document; most edit the first one alone"
      return finding
    }
  }

  /// Files of several documents in which the first has no placeholder left and every other has.
  private static func filesWithOnlyTheFirstReplaced(
    _ objects: [LandedObject], _ findings: [Finding]
  ) -> Set<String> {
    let left = Dictionary(grouping: findings) { $0.file ?? "" }.mapValues {
      Set($0.compactMap(\.document))
    }
    let documents = Dictionary(grouping: objects, by: \.file).mapValues {
      Set($0.map(\.document))
    }
    return Set(
      left.filter { file, left in
        let all = documents[file] ?? []
        return all.count > 2 && all.subtracting(left) == [1]
      }.keys)
  }
}

/// Walks through an object and knows where the notation of placeholders has a meaning of its own.
///
/// Other programs give `$(…)`, `${…}` and `{{ … }}` a meaning: Kubernetes in a container's command,
/// arguments and environment, a shell in its script, a program in its file in a ConfigMap, an
/// operator in its own kind. `placeholder-…` has none anywhere.
private struct PlaceholderWalk {
  struct Surroundings {
    /// The environment of the container; `nil` outside of one, or where it is not known.
    var environment: Set<String>?
    /// Whether `$(NAME)` is Kubernetes' own.
    var expandsReferences = false
    /// Whether the text has a language of its own.
    var isForeign = false
    /// Whether text of several lines is a file, with a language of its own.
    var holdsFiles = false
  }

  let object: LandedObject
  private(set) var findings: [Finding] = []

  init(object: LandedObject) { self.object = object }

  mutating func visit(_ node: Node, at pointer: String, in surroundings: Surroundings) {
    switch node.content {
    case .string(let text):
      if isLeft(text, in: surroundings) { report(node, at: pointer) }
    case .sequence(let items):
      for (index, item) in items.enumerated() {
        var inner = surroundings
        if surroundings.expandsReferences, index > 0, isScriptFlag(items[index - 1]) {
          inner.isForeign = true
        }
        visit(item, at: JSONPointer.appending(index, to: pointer), in: inner)
      }
    case .mapping(let mapping):
      for entry in mapping.entries {
        visit(
          entry.value, at: JSONPointer.appending(entry.key, to: pointer),
          in: below(entry.key, of: node, at: pointer, in: surroundings))
      }
    default: break
    }
  }

  private func below(
    _ key: String, of node: Node, at pointer: String, in surroundings: Surroundings
  ) -> Surroundings {
    var inner = surroundings
    if pointer.isEmpty {
      inner.isForeign = KnownKind.of(object.identity) == nil && key != "metadata"
      inner.holdsFiles = ["data", "stringData", "binaryData"].contains(key)
    }
    if ["command", "args", "env"].contains(key) {
      inner.expandsReferences = true
      inner.environment = node["envFrom"] == nil ? environment(of: node) : nil
    }
    return inner
  }

  private func environment(of container: Node) -> Set<String> {
    Set((container["env"]?.sequence ?? []).compactMap { $0["name"]?.string })
  }

  /// `sh -c`, `bash -ec`: what follows is a script.
  private func isScriptFlag(_ node: Node) -> Bool {
    guard let text = node.string else { return false }
    return text.begins(with: "-") && !text.begins(with: "--") && text.ends(with: "c")
      && text.count <= 6
  }

  private func isLeft(_ text: String, in surroundings: Surroundings) -> Bool {
    let isForeign =
      surroundings.isForeign
      || surroundings.holdsFiles && text.dropLast().contains(where: \.isNewline)
    return Placeholder.all(in: text).contains { placeholder in
      switch placeholder {
      case .word: true
      case .variable, .template: !isForeign
      case .reference(let name):
        !isForeign
          && !(surroundings.expandsReferences
            && surroundings.environment.map { $0.contains(name) } ?? true)
      }
    }
  }

  private mutating func report(_ node: Node, at pointer: String) {
    findings.append(
      PlaceholderLeft.finding(
        in: object, at: pointer, position: node.position,
        actual: Redaction(of: object.node).text(of: node, at: pointer),
        remedy: "let the pipeline replace its placeholders in every document"))
  }
}
