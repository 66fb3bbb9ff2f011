internal import Kratix
internal import Landing

/// Destinations of which the repository holds nothing, and Kratix's layout where no Destination is.
enum EmptyDestination: RuleDefinition {
  static let rule = Rule.emptyDestination
  static let severity = Severity.error
  static let severityText =
    "warning; error where nothing else landed, or landed where no Destination is"
  static let dependsOnlyOnEquality = true
  static let page = RulePage(
    meaning:
      "The directory of a Destination does not exist, or holds files and no placement. Kratix "
      + "writes two canary files to a Destination as soon as it is ready, so something is wrong "
      + "even where no request goes there.",
    origins: [
      "The path of the Destination or of the GitStateStore is misspelled, here or in the cluster.",
      "The path was changed: what was written before is at the old one.",
      "The directory was deleted with git.",
      "The Destination is not ready, or its state store is not.",
    ],
    remedies: [
      "Compare spec.path of the Destination and of its GitStateStore with the repository.",
      "kubectl get destinations,gitstatestores shows which of them is ready.",
      "statestore init writes the canary files.",
    ],
    silence: [
      "Canary files are there: Kratix reaches the directory, and no request has gone to it yet.",
      "The Destination has no canary files (initWorkloads.enabled: false), and others hold something: no "
        + "request may have gone to it yet.",
      "The Destination is being deleted.",
    ])
}

extension EmptyDestination {
  /// A Destination without placements and canary files.
  ///
  /// - Parameters:
  ///   - exists: Whether its directory does.
  ///   - isCertain: Whether something else says that it should hold something: nothing is at any other
  ///     Destination, or what Kratix wrote is where no Destination is.
  static func finding(_ layout: RepositoryLayout, exists: Bool, isCertain: Bool) -> Finding {
    let destination = layout.destination
    let name = layout.top.isEmpty ? "the repository" : layout.top
    return finding(
      severity: isCertain && destination.hasInitWorkloads ? .error : .warning, file: layout.top,
      expected: "placements of Destination \(destination.name), or Kratix's canary files",
      actual: exists ? "none of either" : "no such directory",
      cause: destination.hasInitWorkloads
        ? "Kratix writes canary files to a Destination as soon as it is ready"
        : "no canary files are written to it, so Kratix may have written nothing yet",
      remedy: "compare spec.path of the Destination and of its GitStateStore with \(name)")
  }

  /// The repository has no directory that is laid out as Kratix does it, and the configuration names no
  /// Destination.
  static func findingNoneFound() -> Finding {
    finding(
      expected: "a directory with the layout of a Destination", actual: "none in the repository",
      remedy: "give the Destinations with --config, or name one with --destination")
  }
}
