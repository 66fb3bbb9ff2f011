internal import Manifests

/// Placeholders that the pipeline did not replace.
enum PlaceholderLeft: RuleDefinition {
  static let rule = Rule.placeholderLeft
  static let severity = Severity.error
  static let severityText = "error; warning in a script"
  static let dependsOnlyOnEquality = true
  static let page = RulePage(
    meaning: "A placeholder that nothing replaced: placeholder-…, $(…), ${…} or {{ … }}. Where "
      + "Kubernetes, a shell or an operator gives such a text a meaning, it is no placeholder.",
    origins: [
      "Only the first document's placeholders were replaced: most YAML tools edit one document.",
      "A variable was not set when the template was rendered.",
      "The placeholder is misspelled in the template.",
    ],
    remedies: [
      "Let the pipeline replace its placeholders in every document.",
      "Let it fail when a variable is not set (envsubst does not; set -u does).",
    ],
    silence: [
      "The text documents something: it is below description or openAPIV3Schema.",
      "$(NAME) is Kubernetes' own: in command, args, env and subPathExpr of a container "
        + "that has the variable, may have it from envFrom, or has it from a Service or an indexed Job.",
      "${NAME} is in command, args or env of a container that has the variable: its "
        + "program or shell replaces it.",
      "$(…), ${…} and {{ … }} are in a script or a file, which have their own language: "
        + "after sh -c, in a text of several lines of a ConfigMap, a Secret, an argument or "
        + "an annotation, or under a key as run.sh or nginx.conf.",
      "It is a parameter of a StorageClass or VolumeSnapshotClass, whose driver replaces it.",
      "It is ${NAME:=default}, which Flux replaces after it has built a Kustomization.",
      "$(…), ${…} and {{ … }} are in an object of an operator's kind, or in an "
        + "annotation for Vault, ingress-nginx, Datadog or Elastic, which replace them.",
    ])
}

extension PlaceholderLeft {
  static func findings(in objects: [LandedObject]) -> [Finding] {
    let findings = objects.flatMap { object -> [Finding] in
      var walk = PlaceholderWalk(object: object)
      walk.visit(object.node, at: "", in: TextSurroundings(of: object.identity))
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

/// The way through an object to the texts that hold placeholders.
private struct PlaceholderWalk {
  let object: LandedObject
  private(set) var findings: [Finding] = []

  init(object: LandedObject) { self.object = object }

  mutating func visit(_ node: Node, at pointer: String, in surroundings: TextSurroundings) {
    switch node.content {
    case .string(let text): judge(text, of: node, at: pointer, in: surroundings)
    case .sequence(let items):
      for (index, item) in items.enumerated() {
        visit(
          item, at: JSONPointer.appending(index, to: pointer),
          in: surroundings.below(index, of: items))
      }
    case .mapping(let mapping):
      for entry in mapping.entries {
        visit(
          entry.value, at: JSONPointer.appending(entry.key, to: pointer),
          in: surroundings.below(entry.key, of: node))
      }
    default: break
    }
  }

  private mutating func judge(
    _ text: String, of node: Node, at pointer: String, in surroundings: TextSurroundings
  ) {
    let isLeft = Placeholder.all(in: text).contains { surroundings.isLeft($0, in: text) }
    guard isLeft else { return }
    var finding = PlaceholderLeft.finding(
      in: object, at: pointer, position: node.position,
      actual: Redaction(of: object.node).text(of: node, at: pointer),
      remedy: "let the pipeline replace its placeholders in every document")
    if surroundings.isScript || text.begins(with: "#!") {
      finding.severity = .warning
      finding.cause = "it is in a script, which may replace it when it runs"
    }
    findings.append(finding)
  }
}
