internal import Kratix
internal import Landing
internal import Manifests

extension Diagnosis {
  static func workLink(_ evidence: Evidence) -> Link {
    let works = evidence.dumpedWorks
    let command = evidence.show("works", in: evidence.namespace)
    guard !works.isEmpty else { return missingWork(evidence, command) }
    if hasDuplicateWorks(evidence) {
      return .broken(
        .work, .duplicateWorks, .certain, "\(works.count) Works carry the same labels",
        evidence: works.map(\.title),
        next: works.dropFirst().map { work in
          "kubectl delete work \(work.identity.name) -n \(work.identity.namespace ?? "default")"
        })
    }
    return .ok(
      .work, works.map(\.title).joined(separator: ", "), evidence: works.map(\.file).unique)
  }

  private static func missingWork(_ evidence: Evidence, _ command: String) -> Link {
    // A dump may be of another namespace, or of some kinds only: what landed had a Work.
    guard evidence.wasDumped("Work") || evidence.mayLackWorks, !evidence.isLanded else {
      return .unknown(.work, "no Work was given", decidedBy: [command])
    }
    if let job = evidence.runs("Job").last, !job.hasFailed,
      job.text(at: "/status/succeeded") != "1"
    {
      return .unknown(
        .work, "there is no Work yet: \(job.title) has not ended", decidedBy: [command])
    }
    if let arrival = evidence.arrival {
      return .unknown(.work, "there is no Work yet: \(arrival.text)", decidedBy: [command])
    }
    return .broken(
      .work, .noWork, evidence.wasDumped("Work") ? .certain : .likely,
      "there is no Work of this request",
      evidence: [
        evidence.objects("Work").isEmpty
          ? "no Work is in what was given of the cluster"
          : "the cluster's Works are of other requests"
      ],
      next: ["kubectl get jobs -n \(evidence.namespace)", command])
  }

  static func schedulingLink(_ evidence: Evidence) -> Link {
    if let misnamed = misnamedSelectors(evidence) { return misnamed }
    let works = evidence.dumpedWorks
    for work in works {
      guard let condition = work.condition("ScheduleSucceeded"), condition.status == "False" else {
        continue
      }
      let (fault, basis): (Fault, Basis) =
        switch condition.reason {
        case "DestinationSelectorMismatch": (.misplaced, .certain)
        case "FailedToScheduleWorkloads": (.schedulerError, .certain)
        case "UnscheduledWorkloads": (.noDestination, .certain)
        default: (.noDestination, .possible)
        }
      return .broken(
        .scheduling, fault, basis, "Kratix did not schedule \(work.title) as it should",
        evidence: ["\(work.title): \(condition.text)"]
          + (fault == .noDestination ? refusal(evidence).map { sentences(of: $0) } ?? [] : [])
          + destinationReasons(evidence),
        next: fault == .schedulerError
          ? [
            "kubectl annotate work \(work.identity.name) retry=1 -n \(work.identity.namespace ?? "")"
          ]
          : ["kubectl get destinations --show-labels"])
    }
    if let placement = evidence.placements.first(where: {
      $0.label("kratix.io/misplaced") == "true"
    }) {
      return .broken(
        .scheduling, .misplaced, .certain,
        "it stays at a Destination that the selectors do not choose",
        evidence: ["\(placement.title): label kratix.io/misplaced=true"]
          + destinationReasons(evidence),
        next: ["kubectl get destinations --show-labels"])
    }
    return scheduled(evidence, isSeen: works.contains { $0.condition("ScheduleSucceeded") != nil })
  }

  /// What the manifests alone say: whether any Destination takes each group.
  private static func scheduled(_ evidence: Evidence, isSeen: Bool) -> Link {
    let destinations = Array(evidence.platform.destinations.values)
    guard !destinations.isEmpty else {
      return isSeen
        ? .ok(.scheduling, "Kratix scheduled it")
        : .unknown(
          .scheduling, "no Destination was given",
          decidedBy: [evidence.show("destinations") + " > destinations.yaml"])
    }
    if let refusal = refusal(evidence) { return noDestination(refusal, evidence) }
    guard evidence.works.isEmpty, let promise = evidence.promise else {
      return isSeen || !evidence.works.isEmpty
        ? .ok(.scheduling, "a Destination takes each group")
        : .unknown(
          .scheduling, "neither a Work nor the Promise was given",
          decidedBy: [evidence.show("promise \(evidence.promiseName)")])
    }
    let selector = promise.selector
    let candidates = destinations.filter { $0.reasonToPass(over: selector) == nil }
    guard !candidates.isEmpty else {
      return noDestination("no Destination has the labels that the Promise asks for", evidence)
    }
    return .ok(
      .scheduling,
      "the Promise's selectors choose \(candidates.map(\.name).sorted().joined(separator: ", "))")
  }

  /// Why no Destination takes a group of the Works; `nil` if one takes each group, or none is known.
  private static func refusal(_ evidence: Evidence) -> String? {
    let destinations = evidence.platform.destinations.values.sorted { $0.name < $1.name }
    guard !destinations.isEmpty else { return nil }
    let scheduler = Scheduler(destinations: destinations)
    for work in evidence.works {
      for group in work.workloadGroups where scheduler.candidates(for: group, of: work).isEmpty {
        return scheduler.refusal(of: group, of: work).message
      }
    }
    return nil
  }

  private static func sentences(of text: String) -> [String] {
    text.lines.filter { !$0.isEmpty }.map { $0.trimmingSpaces }
  }

  private static func noDestination(_ says: String, _ evidence: Evidence) -> Link {
    .broken(
      .scheduling, .noDestination, evidence.wasDumped("Destination") ? .certain : .likely,
      "no Destination matches",
      evidence: sentences(of: says) + destinationReasons(evidence),
      next: ["kubectl get destinations --show-labels"])
  }

  private static func destinationReasons(_ evidence: Evidence) -> [String] {
    guard let promise = evidence.promise, evidence.works.isEmpty else { return [] }
    return evidence.platform.destinations.values.sorted { $0.name < $1.name }.compactMap { place in
      place.reasonToPass(over: promise.selector).map { "\(place.name): \($0)" }
    }
  }

  private static func misnamedSelectors(_ evidence: Evidence) -> Link? {
    guard let names = evidence.metadata?.names,
      !names.contains(MetadataEvidence.selectorsFile)
    else { return nil }
    let near = names.filter { name in
      let letters = name.lowercased().filter(\.isLetter)
      return letters.begins(with: "destinationselector")
        || letters.begins(with: "destinationsselector")
        || letters == "selectorsyaml"
    }
    let elsewhere = (evidence.output?.workloads ?? []).map(\.filepath).filter {
      $0 == MetadataEvidence.selectorsFile || $0.ends(with: "/" + MetadataEvidence.selectorsFile)
    }
    guard
      let found = near.first.map({ "/kratix/metadata/\($0)" })
        ?? elsewhere.first.map({ "/kratix/output/\($0)" })
    else { return nil }
    return .broken(
      .scheduling, .misnamedSelectors, .likely, "Kratix does not read the selectors",
      evidence: ["\(found) is there, and /kratix/metadata/destination-selectors.yaml is not"],
      next: ["let the pipeline write /kratix/metadata/destination-selectors.yaml"])
  }
}

extension [String] {
  /// Each text once.
  var unique: [String] { reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }
}

extension Substring {
  fileprivate var trimmingSpaces: String {
    String(drop { $0 == " " })
  }
}
