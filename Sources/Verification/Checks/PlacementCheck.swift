internal import Git
internal import Kratix

/// Checks that a resource exists, at a Destination that the selectors choose.
struct PlacementCheck {
  let landed: LandedResource

  private var search: ResourceSearch { landed.search }

  func add(to draft: inout ReportBuilder) {
    if search.promise == nil, search.knowledge == .request {
      draft.notes.append(
        "the Promise \(search.promiseName) is not in the configuration: its selectors and defaults "
          + "are not known")
    }
    draft.findings += Misplaced.findings(of: landed)
    guard search.knowledge == .request else { return }
    let isWithoutDestination = search.promise != nil && search.candidates.isEmpty
    if isWithoutDestination { draft.findings.append(NoDestination.finding(search)) }
    guard !draft.hasLanded, !isWithoutDestination else { return }
    if search.candidatesElsewhere.isEmpty, landed.doubts.isEmpty {
      let isRefused = draft.findings.contains {
        $0.rule == .invalidRequest && $0.severity == .error
      }
      draft.findings.append(NotLanded.finding(search, isRefused: isRefused))
    } else {
      draft.isUndecided = true
      draft.notes += landed.doubts
      guard !search.candidatesElsewhere.isEmpty else { return }
      let names = search.candidatesElsewhere.map(\.name).joined(separator: ", ")
      draft.notes.append(
        "nothing of it is in this state store, but it may be at \(names): on another state store")
    }
  }
}
