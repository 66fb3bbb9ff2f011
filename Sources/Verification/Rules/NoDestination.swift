internal import Kratix

/// No Destination matches the selectors.
enum NoDestination: RuleDefinition {
  static let rule = Rule.noDestination
  static let severity = Severity.error
  static let dependsOnlyOnEquality = true
  static let page = RulePage(
    meaning: "No Destination matches the selectors. The Work waits, pending, and nothing is "
      + "written; the request itself may look fine.",
    origins: [
      "A label is missing or misspelled, on the Destination or in the selectors.",
      "Promise and pipeline ask for the same label with different values: the Promise wins.",
      "Only Destinations with strictMatchLabels are left, and the selectors ask for nothing.",
      "The Destination is being deleted.",
    ],
    remedies: [
      "The finding lists every Destination with the label that differs: kubectl label destination "
        + "NAME KEY=VALUE --overwrite, or change the selectors."
    ],
    silence: [
      "The Promise is not in the configuration, or the store alone is checked with "
        + "--all: then it is not known what the selectors ask for."
    ])
}

extension NoDestination {
  /// The selectors of a request's Promise match no Destination.
  static func finding(_ search: ResourceSearch) -> Finding {
    let reasons = search.destinations.map { destination in
      let reason = destination.reasonToPass(over: search.promise?.selector ?? [:]) ?? "it matches"
      return "\(destination.name): \(reason)"
    }
    return finding(
      expected: "a Destination with \(text(of: search.promise?.selector))",
      actual: reasons.isEmpty ? "there are no Destinations" : reasons.joined(separator: "; "),
      remedy: "label a Destination so, or change the Promise's destinationSelectors")
  }

  /// The selectors of a Work match no Destination.
  static func finding(because error: KratixError) -> Finding {
    finding(
      actual: error.message,
      remedy: "label a Destination so, or change the selectors of the Promise or its pipeline")
  }

  /// A selector as text: the labels that it asks for.
  static func text(of labels: [String: String]?) -> String {
    let pairs = (labels ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return pairs.isEmpty ? "no label" : pairs.joined(separator: ", ")
  }
}
