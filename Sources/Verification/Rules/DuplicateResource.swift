internal import Manifests

/// One object in two documents: the one that is applied last wins, and which one that is, is not defined.
enum DuplicateResource: RuleDefinition {
  static let rule = Rule.duplicateResource
  static let severity = Severity.error
  static let severityText = "error; warning where two resources render it with the same content"
  static let dependsOnlyOnEquality = true
  static let page = RulePage(
    meaning: "One object is in two documents. The one that is applied last wins, and which "
      + "one that is can change.",
    origins: [
      "Two files of the output hold the same object.",
      "Two requests render an object of the same name: the name does not contain the request's.",
      "A dependency was rendered by the request's pipeline too.",
    ],
    remedies: [
      "Let the pipeline put it out once.",
      "Build names from the request's name, or render shared objects as dependencies.",
    ],
    silence: [
      "The object has no name."
    ])
}

extension DuplicateResource {
  /// Objects of one resource that have the same identity as an earlier one of it.
  static func findings(in objects: [LandedObject]) -> [Finding] {
    var first: [[String]: LandedObject] = [:]
    return objects.compactMap { object in
      let identity = object.identity
      guard !identity.name.isEmpty else { return nil }
      let key = [
        object.destination, identity.group, identity.kind, object.distinguishingNamespace,
        identity.name,
      ]
      guard let earlier = first[key] else {
        first[key] = object
        return nil
      }
      return finding(
        in: object, expected: "one document", actual: "another one at \(earlier.place)",
        remedy: "let the pipeline put it out once")
    }
  }

  /// The object of a resource that another resource holds too: a warning where both have the same
  /// content, because then it does not matter which one is applied last.
  static func finding(of object: LandedObject, alsoHeldAs other: LandedObject) -> Finding {
    let isSame = object.nodeWithNamespace == other.nodeWithNamespace
    var finding = finding(
      in: object, expected: "one document",
      actual: isSame
        ? "the same one at \(other.place)" : "one with other content at \(other.place)",
      cause: isSame
        ? "two resources render the same object: Argo CD and Flux count it as part of both"
        : "two resources render one object differently: each overwrites the other's",
      remedy: "build its name from the request's, or let the Promise's dependencies hold it")
    if isSame { finding.severity = .warning }
    return finding
  }

  /// The duplicates of a resource that has too many files to name each of them.
  static func finding(count: Int, in directory: String?) -> Finding {
    finding(
      file: directory, expected: "one document each",
      actual: "\(count) documents of objects that have another one",
      remedy: "let the pipeline put each out once")
  }
}

extension LandedObject {
  /// The object with the namespace that it is applied to: whether it says so makes no difference.
  fileprivate var nodeWithNamespace: Node {
    guard !distinguishingNamespace.isEmpty, var fields = node.mapping,
      var metadata = fields["metadata"]?.mapping
    else { return node }
    metadata["namespace"] = Node(.string(distinguishingNamespace))
    fields["metadata"] = Node(.mapping(metadata))
    return Node(.mapping(fields))
  }
}
