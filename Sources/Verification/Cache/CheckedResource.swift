internal import Git

/// A resource that was checked by its path, and what has to be kept so as not to check it again.
struct CheckedResource: Sendable {
  var resource: StandingResource
  var report: ResourceReport
  var objects: [ObjectKey]
  /// What the report depends on besides the resource; empty if on nothing.
  var basis = ""
  /// The key under which the cache has it; `nil` if it was not looked up.
  var digest: ObjectID?

  /// Holds the place of a resource whose check is still to come.
  init(unchecked resource: StandingResource) {
    self.init(
      resource: resource,
      report: ResourceReport(resource.subject, verdict: .unknown, placements: [], findings: []),
      objects: [])
  }

  init(
    resource: StandingResource, report: ResourceReport, objects: [ObjectKey], basis: String = "",
    digest: ObjectID? = nil
  ) {
    self.resource = resource
    self.report = report
    self.objects = objects
    self.basis = basis
    self.digest = digest
  }

  /// Whether its directories hold no file.
  ///
  /// For git they do not exist: a tree without files is not part of a checkout. Kratix leaves such trees
  /// behind.
  var isAbsent: Bool { report.verdict == .missing && report.findings.isEmpty }
}
