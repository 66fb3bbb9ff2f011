internal import Git
internal import Kratix

/// Whether a resource stands at all, and at a Destination that the selectors choose.
struct PlacementCheck {
  let landed: LandedResource

  private var search: ResourceSearch { landed.search }

  func add(to draft: inout ResourceReport.Draft) {
    if search.promise == nil, search.knowledge == .request {
      draft.notes.append(
        "the Promise \(search.promiseName) is not in the configuration: its selectors and defaults "
          + "are not known")
    }
    draft.findings += misplaced
    guard search.knowledge == .request else { return }
    let isWithoutDestination = search.promise != nil && search.candidates.isEmpty
    if isWithoutDestination { draft.findings.append(noDestination) }
    guard !draft.hasLanded, !isWithoutDestination else { return }
    if search.candidatesElsewhere.isEmpty, landed.doubts.isEmpty {
      let isRefused = draft.findings.contains {
        $0.rule == .invalidRequest && $0.severity == .error
      }
      draft.findings.append(notLanded(isRefused: isRefused))
    } else {
      draft.isUndecided = true
      draft.notes += landed.doubts
      guard !search.candidatesElsewhere.isEmpty else { return }
      let names = search.candidatesElsewhere.map(\.name).joined(separator: ", ")
      draft.notes.append(
        "nothing of it is in this state store, but it may be at \(names): on another state store")
    }
  }

  private func notLanded(isRefused: Bool) -> Finding {
    let candidates = search.places.filter { search.candidates.contains($0.destination) }
    let paths = candidates.map(\.path.description)
    let shared = search.sharedDestinations.filter(search.candidates.contains)
    let places =
      paths.map { "files below \($0)" } + shared.map { "a placement at Destination \($0.name)" }
    return Finding(
      rule: .notLanded, file: paths.first,
      expected: places.isEmpty ? nil : places.joined(separator: " or "),
      actual: "nothing",
      cause: isRefused ? "the API server does not take the request, so no pipeline runs" : nil,
      remedy: isRefused
        ? "change the request"
        : "\"statestore diagnose\" tells which link of the chain is broken")
  }

  private var noDestination: Finding {
    let reasons = search.destinations.map { destination in
      let reason = destination.reasonToPass(over: search.promise?.selector ?? [:]) ?? "it matches"
      return "\(destination.name): \(reason)"
    }
    return Finding(
      rule: .noDestination, expected: "a Destination with \(text(of: search.promise?.selector))",
      actual: reasons.isEmpty ? "there are no Destinations" : reasons.joined(separator: "; "),
      remedy: "label a Destination so, or change the Promise's destinationSelectors")
  }

  /// Only the default group is the Promise's to place: a group of a scheduled directory has the
  /// selectors of its pipeline alone (Kratix, `work-creator/lib`), which nobody knows afterwards.
  private var misplaced: [Finding] {
    guard let promise = search.promise else { return [] }
    return landed.placements.compactMap { placement in
      let destination = placement.destination
      guard placement.group == LandedPlacement.defaultGroup,
        destination.reasonToPass(over: promise.selector) != nil
      else { return nil }
      return Finding(
        rule: .misplaced, file: placement.path,
        expected: search.candidates.isEmpty
          ? "a Destination with \(text(of: promise.selector))"
          : search.candidates.map(\.name).joined(separator: " or "),
        actual: destination.name,
        cause: "the selectors do not choose \(destination.name): "
          + destination.reasonsToPass(over: promise.selector).joined(separator: "; "),
        remedy: "Kratix never moves a resource: delete the request and make it again, or give "
          + "\(destination.name) the labels")
    }
  }

  private func text(of labels: [String: String]?) -> String {
    let pairs = (labels ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return pairs.isEmpty ? "no label" : pairs.joined(separator: ", ")
  }
}

extension Destination {
  /// Every reason for which a selector does not choose this Destination.
  fileprivate func reasonsToPass(over selector: [String: String]) -> [String] {
    let byLabel = selector.sorted { $0.key < $1.key }.compactMap { label in
      reasonToPass(over: [label.key: label.value])
    }
    let reasons = byLabel.isEmpty ? [reasonToPass(over: selector)].compactMap(\.self) : byLabel
    return reasons.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
