internal import Kratix

/// Checks that each pipeline of the Promise has a placement, once something of the request landed.
///
/// Kratix makes a Work of each pipeline's output. A pipeline that wrote nothing leaves no trace in the
/// repository, so only the Promise tells that something is missing.
struct PipelineCheck {
  let landed: LandedResource
  /// The pipelines that may render nothing (`spec.optionalPipelines` of the Expectations).
  let optional: Set<String>

  private var search: ResourceSearch { landed.search }

  /// Takes it for landed that nothing is there, where all pipelines may render nothing.
  func allowNothing(in draft: inout ReportBuilder) {
    guard !draft.hasLanded, search.knowledge == .request,
      let pipelines = search.promise?.resourcePipelines,
      !pipelines.isEmpty, optional.isSuperset(of: pipelines)
    else { return }
    draft.hasLanded = true
    draft.notes.append(
      "nothing of it is in the state store, and its pipelines may render nothing (spec.optionalPipelines "
        + "of an Expectation)")
  }

  func add(to draft: inout ReportBuilder) {
    guard draft.hasLanded, let missing, !missing.isEmpty else { return }
    let unread = search.destinationsNotRead
    guard unread.isEmpty else {
      // A group may have selectors of its own, which are not known here.
      guard search.knowledge == .request else { return }
      draft.isUndecided = true
      draft.notes.append(
        "nothing of pipeline \(missing.joined(separator: ", ")) is in this state store, but it may be "
          + "at \(unread.map(\.name).joined(separator: ", ")): on another state store")
      return
    }
    draft.findings += missing.map { NotLanded.finding(pipeline: $0, of: landed) }
  }

  /// The pipelines without a placement; `nil` where it cannot be told which pipelines have one.
  private var missing: [String]? {
    guard case .resource(.request) = search.subject, let promise = search.promise else {
      return nil
    }
    var found: Set<String> = []
    for placement in landed.placements {
      guard let pipeline = pipeline(of: placement) else { return nil }
      found.insert(pipeline)
    }
    return promise.resourcePipelines.filter { !found.contains($0) && !optional.contains($0) }
  }

  private func pipeline(of placement: LandedPlacement) -> String? {
    placement.pipeline
      ?? placement.stateFile.flatMap { file in
        search.works.first { file.name(ifOf: $0) != nil }?.pipelineName
      }
  }
}
