internal import Git
internal import Kratix
internal import Landing
internal import Manifests

/// Nothing of a resource is in the state store.
enum NotLanded: RuleDefinition {
  static let rule = Rule.notLanded
  static let severity = Severity.error
  static let dependsOnlyOnEquality = true
  static let page = RulePage(
    meaning: "Nothing of this resource is in the state store. No file of it is where Kratix "
      + "would put it at any Destination that its selectors choose; or nothing of one of its pipelines is.",
    origins: [
      "The pipeline wrote nothing to /kratix/output: the Work has no groups, and every status is "
        + "green all the same.",
      "The pipeline suspended itself, or failed.",
      "The WorkPlacement was never written: the state store is not ready, or the push is refused.",
      "A path with .git or .. in it: Kratix skips it and reports success.",
      "It landed, and was removed, by someone or by Kratix itself, which deletes the files of a "
        + "Work that was deleted: the finding then names both commits.",
    ],
    remedies: [
      "statestore diagnose --request REQUEST --kubectl names the first broken link of the chain.",
      "Where the finding says that someone removed it: git revert the commit that it names. Where "
        + "Kratix removed it, let the pipeline run again (label the request "
        + "kratix.io/manual-reconciliation=true).",
      "statestore write lands a rendered output by hand.",
    ],
    silence: [
      "The store alone is checked, with --all: what never landed is not in it.",
      "Another state store may hold it, as the selectors choose a Destination there. A "
        + "note says where.",
      "No Destination matches the selectors: that is no-destination.",
      "The configuration names no Destination, so that it is not known where to look: the verdict is "
        + "unknown then.",
      "A pipeline has no placement and is named in spec.optionalPipelines of an Expectation, or may have "
        + "one at a Destination that is not read. Where all pipelines are named there, a request of which "
        + "nothing is there is landed.",
      "It may be in a file that all placements of a Destination share, and nothing "
        + "tells whose its documents are. A note says so.",
    ])
}

extension NotLanded {
  /// None of a placement's files is there.
  static func finding(_ placement: ExpectedPlacement) -> Finding {
    let count = placement.files.count
    return finding(
      file: placement.directory.description, expected: count == 1 ? "1 file" : "\(count) files",
      actual: "none of them", remedy: "land it with \"statestore write\"")
  }

  private static let pipeline = "Pipeline/"

  /// The pipeline that a finding says has no placement; `nil` for a finding about anything else.
  static func pipeline(of finding: Finding) -> String? {
    guard finding.rule == rule, let object = finding.object, object.begins(with: pipeline) else {
      return nil
    }
    return object.dropping(prefix: pipeline)
  }

  /// Nothing of one pipeline's output is there, beside that of others.
  static func finding(pipeline: String, of landed: LandedResource) -> Finding {
    let others = Set(landed.placements.compactMap(\.pipeline)).sorted()
    let directory = landed.search.directoriesAtCandidates.first.map { "\($0)/\(pipeline)" }
    return finding(
      file: directory, object: "\(Self.pipeline)\(pipeline)",
      expected: "the output of pipeline \(pipeline)", actual: "nothing",
      cause: others.isEmpty
        ? nil : "only pipeline \(others.joined(separator: ", ")) has a placement",
      remedy:
        "let the pipeline write its manifests to /kratix/output; one that may render nothing is "
        + "named in spec.optionalPipelines of an Expectation")
  }

  /// None of the contents of a placement's files is in the aggregated file.
  static func finding(contents count: Int, of aggregate: StatePath) -> Finding {
    finding(
      file: aggregate.description,
      expected: count == 1 ? "the content of 1 file" : "the contents of \(count) files",
      actual: "none of them", remedy: "land the output again with \"statestore write\"")
  }

  /// A Work without groups, which Kratix calls scheduled and ready.
  static func finding(emptyWork work: Work) -> Finding {
    finding(
      object: "Work/\(work.name)", expected: "a file or more", actual: "a Work without groups",
      cause: "the pipeline wrote nothing to /kratix/output",
      remedy: "look at the pipeline's containers; \"statestore diagnose\" tells more")
  }

  /// Nothing of a request's resource is where its Promise's selectors send it.
  ///
  /// - Parameter isRefused: Whether the Promise's schema refuses the request.
  static func finding(_ search: ResourceSearch, isRefused: Bool) -> Finding {
    let paths = search.directoriesAtCandidates
    let shared = search.sharedDestinations.filter(search.candidates.contains)
    let places =
      paths.map { "files below \($0)" } + shared.map { "a placement at Destination \($0.name)" }
    return finding(
      file: paths.first, expected: places.isEmpty ? nil : places.joined(separator: " or "),
      actual: "nothing",
      cause: isRefused ? "the API server does not take the request, so no pipeline runs" : nil,
      remedy: isRefused
        ? "change the request"
        : "\"statestore diagnose\" tells which link of the chain is broken")
  }
}
