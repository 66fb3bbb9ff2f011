internal import Manifests

extension Report {
  /// The reports of one snapshot as one: a resource that was checked in several ways is one
  /// resource, with the worse verdict and all findings.
  package static func merged(_ resources: [ResourceReport]) -> [ResourceReport] {
    var merged: [ResourceReport] = []
    var places: [Subject: Int] = [:]
    for resource in resources {
      guard let known = places[resource.subject] else {
        places[resource.subject] = merged.count
        merged.append(resource)
        continue
      }
      merged[known].add(resource)
    }
    return merged
  }
}

extension ResourceReport {
  fileprivate mutating func add(_ other: ResourceReport) {
    if other.verdict.weight > verdict.weight { verdict = other.verdict }
    for placement in other.placements
    where !placements.contains(where: { placement.path.begins(with: $0.path) }) {
      placements.append(placement)
    }
    findings = (findings + other.findings.filter { !findings.contains($0) })
      .sorted(by: Finding.isBefore)
    notes += other.notes.filter { !notes.contains($0) }
  }
}

extension Verdict {
  fileprivate var weight: Int {
    switch self {
    case .landed: 0
    case .unknown: 1
    case .misplaced: 2
    case .wrong: 3
    case .missing: 4
    }
  }
}
