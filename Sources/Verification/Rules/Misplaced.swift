internal import Git
internal import Kratix
internal import Landing
internal import Manifests

/// Placements at Destinations that the selectors do not choose, and child requests on a worker cluster.
enum Misplaced: RuleDefinition {
  static let rule = Rule.misplaced
  static let severity = Severity.error
  static let dependsOnlyOnEquality = true
  static let page = RulePage(
    meaning: "It landed at a Destination that the selectors do not choose. Kratix schedules a "
      + "request once and never moves it; it continues to write to the old Destination.",
    origins: [
      "The labels of the Destination, or the Promise's destinationSelectors, changed after the "
        + "request was made.",
      "A compound Promise's pipeline puts out a request of another Promise, and no entry of "
        + "destination-selectors.yaml sends it to the platform's own Destination: it lands on a "
        + "worker, which does not know that API.",
      "A commit by hand put it there.",
    ],
    remedies: [
      "Delete the request and make it again; Kratix then schedules it anew.",
      "Or give the Destination the labels that the selectors ask for.",
      "For a child request: render it into a directory of its own, and schedule that directory in "
        + "/kratix/metadata/destination-selectors.yaml.",
    ],
    silence: [
      "The Promise is not in the configuration: its selectors are not known. A note "
        + "says so.",
      "The Destination is for dry runs: what is there is a dry run.",
      "The Destination has strictMatchLabels and all that the Promise asks for: the pipeline's selectors "
        + "chose it. Where the commit names them (Kratix-Selector) they are judged; otherwise a note says "
        + "that they are not known.",
      "Kratix's layout in a directory of no Destination is a warning until its commits name a "
        + "Destination of the configuration: another platform may write there. With --destination nothing "
        + "is said of other directories.",
      "The placement is of a directory that the pipeline scheduled itself, in "
        + "destination-selectors.yaml.",
      "A request of another Promise: no Destination is labelled environment: platform, "
        + "so that it is not known where Kratix runs.",
    ])
}

extension Misplaced {
  /// Placements of the Promise's default group at Destinations that its selectors do not choose.
  ///
  /// A group of a scheduled directory has the selectors of its pipeline alone (Kratix,
  /// `work-creator/lib`), which are not known afterwards.
  static func findings(of landed: LandedResource) -> [Finding] {
    let search = landed.search
    guard let promise = search.promise, !search.hasFoundDestinations else { return [] }
    return landed.placements.compactMap { placement in
      let destination = placement.destination
      // What is at a Destination for dry runs is a dry run: Kratix schedules nothing else there.
      guard placement.group == WorkloadGroup.defaultShortID, !destination.takesDryRuns,
        destination.reasonToPass(over: promise.selector) != nil
      else { return nil }
      guard !destination.canBeChosenByPipeline(besides: promise.selector) else {
        return unknownSelectors(of: placement)
      }
      return finding(
        file: placement.path,
        expected: search.candidates.isEmpty
          ? "a Destination with \(NoDestination.text(of: promise.selector))"
          : search.candidates.map(\.name).joined(separator: " or "),
        actual: destination.name,
        cause: "the selectors do not choose \(destination.name): "
          + destination.reasonsToPass(over: promise.selector).joined(separator: "; "),
        remedy: remedy(at: destination))
    }
  }

  /// What a finding expects whose placement only a pipeline's selectors can have scheduled.
  private static let selectorsOfPipeline = "selectors of the pipeline that choose it"

  /// A placement that only a pipeline's selectors can have scheduled.
  ///
  /// They are not known before its commit is read.
  private static func unknownSelectors(of placement: LandedPlacement) -> Finding {
    finding(
      severity: .warning, file: placement.path, expected: selectorsOfPipeline,
      actual: placement.destination.name,
      cause:
        "\(placement.destination.name) has strictMatchLabels, and the Promise asks for no label",
      remedy: remedy(at: placement.destination))
  }

  /// The Destination of a placement that only a pipeline's selectors can have scheduled; `nil` for a
  /// finding about anything else.
  static func destinationOfUnknownSelectors(_ finding: Finding) -> String? {
    finding.rule == rule && finding.expected == selectorsOfPipeline ? finding.actual : nil
  }

  /// A placement of a Work at a Destination that its selectors do not choose.
  static func finding(_ placement: Placement) -> Finding {
    let destination = placement.destination
    return finding(
      object: placement.name, actual: destination.name,
      cause: destination.reasonToPass(over: placement.group.effectiveSelector)
        .map { "the selectors do not choose \(destination.name): \($0)" },
      remedy: remedy(at: destination))
  }

  /// Kratix's layout in a directory that no Destination of the configuration has.
  ///
  /// It may belong to another platform, so it is an error only once its commits name a Destination of
  /// this one.
  static func finding(ofNoDestination layout: RepositoryLayout) -> Finding {
    finding(
      severity: .warning, file: layout.top, expected: "the directory of a Destination",
      actual: "Kratix's layout, and no Destination of the configuration has this directory",
      remedy: "if a Destination was moved or removed, remove what it left: statestore remove "
        + "--everywhere for one request, git rm -r for all; if another platform writes here, its "
        + "Destinations belong into --config")
  }

  /// A request that landed in a directory that no Destination of the configuration has.
  ///
  /// - Parameter isCopy: Whether it landed where it belongs too. Then it may be another platform's request of
  ///   the same name, and is an error only once its commit names a Destination of this one.
  static func finding(
    _ search: ResourceSearch, at path: String, ofNoDestination layout: RepositoryLayout,
    isCopy: Bool
  ) -> Finding {
    let expected = search.directoriesAtCandidates
    return finding(
      severity: isCopy ? .warning : .error, file: path,
      expected: expected.isEmpty
        ? "the directory of a Destination"
        : expected.joined(separator: " or "),
      actual: "no Destination of the configuration has the directory "
        + (layout.top.isEmpty ? "at the top of the repository" : layout.top),
      cause: causeOfCopy,
      remedy:
        "correct spec.path of the Destination; or write it again with --relocate, or remove it "
        + "with --everywhere, if no other platform writes to that directory")
  }

  private static let causeOfCopy =
    "the path of a Destination or of its state store was changed, or the Destination left the "
    + "configuration"

  /// Whether a finding is on a request in a directory that no Destination has, and may be another
  /// platform's.
  static func isPossibleCopy(_ finding: Finding) -> Bool {
    finding.rule == rule && finding.severity == .warning && finding.cause == causeOfCopy
  }

  private static func remedy(at destination: Destination) -> String {
    "Kratix never moves a resource: delete the request and make it again, or give "
      + "\(destination.name) the labels"
  }

  /// Requests of other Promises that a compound Promise's pipeline put out, and that landed on a
  /// cluster that does not know their API.
  ///
  /// Kratix runs on the cluster of the Destination that is labelled `environment: platform` (Kratix's
  /// documentation, "Compound Promises"). If no Destination is, nothing is said.
  static func childRequests(in landed: LandedResource) -> [Finding] {
    let platforms = landed.search.destinations.filter { $0.isPlatform }
    guard !platforms.isEmpty else { return [] }
    let names = Set(platforms.map(\.name))
    return landed.objects.compactMap { object in
      guard !names.contains(object.destination),
        let promise = landed.search.promiseServing(object.identity)
      else { return nil }
      return finding(
        in: object, expected: names.sorted().joined(separator: " or "), actual: object.destination,
        cause:
          "it is a request of the Promise \(promise), and only the platform's own cluster knows "
          + "that API: no entry of destination-selectors.yaml sends it there",
        remedy:
          "render it into a directory of its own, and schedule that directory to the platform "
          + "in /kratix/metadata/destination-selectors.yaml")
    }
  }
}

extension Destination {
  fileprivate var isPlatform: Bool { labels["environment"] == "platform" }

  /// Every reason for which a selector does not choose this Destination.
  fileprivate func reasonsToPass(over selector: [String: String]) -> [String] {
    let byLabel = selector.sorted { $0.key < $1.key }.compactMap { label in
      reasonToPass(over: [label.key: label.value])
    }
    let reasons = byLabel.isEmpty ? [reasonToPass(over: selector)].compactMap(\.self) : byLabel
    return reasons.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
