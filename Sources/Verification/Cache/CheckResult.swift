/// A report, and what has to be kept so as not to check everything again.
package struct CheckResult: Sendable {
  /// The report.
  package var report: Report
  /// The resources that were checked by their paths, before rules about commits are applied.
  var standing: [CheckedResource] = []
  /// How many resources at the start of the report were asked for by name.
  private(set) var askedFor: Int

  init(report: Report) {
    self.report = report
    askedFor = report.resources.count
  }

  mutating func take(_ standing: [CheckedResource], unownedFiles: ResourceReport?) {
    self.standing = standing
    report.resources += standing.map(\.report) + (unownedFiles.map { [$0] } ?? [])
    report.summary = Report.Summary(of: report.resources)
  }

  /// Adds findings for resources that were already checked, or that do not exist.
  mutating func add(_ reports: [ResourceReport]) {
    for other in reports where !other.findings.isEmpty {
      let index = report.resources.firstIndex { $0.subject == other.subject }
      guard let index else {
        report.resources.append(other)
        continue
      }
      report.resources[index].add(other.findings)
    }
    report.summary = Report.Summary(of: report.resources)
  }

  /// The report without clean resources that were not asked for.
  ///
  /// The sums are those of the whole report.
  package var withoutCleanResources: Report {
    var brief = report
    brief.resources =
      report.resources.prefix(askedFor)
      + report.resources.dropFirst(askedFor).filter { !$0.isClean }
    return brief
  }
}

extension ResourceReport {
  /// Whether it landed without findings and notes.
  var isClean: Bool { verdict == .landed && findings.isEmpty && notes.isEmpty }
}
