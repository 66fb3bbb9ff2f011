internal import Git
internal import Kratix

/// Checks that a resource exists, at a Destination that the selectors choose.
struct PlacementCheck {
  let landed: LandedResource

  private var search: ResourceSearch { landed.search }

  /// Where it was looked for, where nothing tells where it belongs.
  private var noteOfSearch: String {
    let places = search.destinations.map { $0.path == "." ? "the top" : $0.path }
    let found =
      places.isEmpty
      ? "no directory of the repository has the layout of a Destination"
      : "nothing of it is where the layout of a Destination was found: \(places.joined(separator: ", "))"
    return "\(found), and the configuration names no Destination: give --config, or name one with "
      + "--destination"
  }

  func add(to draft: inout ReportBuilder) {
    if search.promise == nil, search.knowledge == .request {
      draft.notes.append(
        search.bindsVersion
          ? "the PromiseRevision of \(search.promiseName) that the ResourceBinding of this request "
            + "names is not in the configuration: its pipelines, selectors and defaults are not known"
          : "the Promise \(search.promiseName) is not in the configuration: its selectors and defaults "
            + "are not known")
    }
    draft.findings += Misplaced.findings(of: landed)
    guard search.knowledge == .request else { return }
    if search.hasFoundDestinations, !draft.hasLanded {
      draft.isUndecided = true
      draft.notes.append(noteOfSearch)
      return
    }
    // Where it landed is a finding of its own.
    guard !draft.hasLanded else { return }
    if search.promise != nil, search.candidates.isEmpty {
      guard search.possibleCandidates.isEmpty else {
        let names = search.possibleCandidates.map(\.name).joined(separator: ", ")
        draft.notes.append(
          "\(names) can be chosen by selectors of the pipeline alone, which are not known")
        draft.findings.append(NotLanded.finding(search, isRefused: false))
        return
      }
      draft.findings.append(NoDestination.finding(search))
      return
    }
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
