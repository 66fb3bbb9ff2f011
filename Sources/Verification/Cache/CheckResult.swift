/// A report, and what it takes not to check everything again.
package struct CheckResult: Sendable {
  /// The report.
  package var report: Report
  /// What was checked by its path, before anything was said of its commits.
  var standing: [CheckedResource] = []
  /// How many resources of the report, from its start, were asked for by name.
  private(set) var askedFor: Int

  init(report: Report) {
    self.report = report
    askedFor = report.resources.count
  }

  /// What stood as it did at the last check was not read again.
  mutating func take(_ standing: [CheckedResource], unownedFiles: ResourceReport?) {
    self.standing = standing
    report.resources += standing.map(\.report) + (unownedFiles.map { [$0] } ?? [])
    report.summary = Report.Summary(of: report.resources)
  }

  /// Takes what is held against what was checked already, or stands nowhere.
  mutating func add(_ reports: [ResourceReport]) {
    for other in reports where !other.findings.isEmpty {
      let index = report.resources.firstIndex { known in
        known.promise == other.promise && known.namespace == other.namespace
          && known.name == other.name
      }
      guard let index else {
        report.resources.append(other)
        continue
      }
      report.resources[index].add(other.findings)
    }
    report.summary = Report.Summary(of: report.resources)
  }

  /// The report without what stands as it should and nobody asked for.
  ///
  /// Its sums are those of the whole.
  package var withoutQuiet: Report {
    var brief = report
    brief.resources =
      report.resources.prefix(askedFor)
      + report.resources.dropFirst(askedFor).filter { !$0.isQuiet }
    return brief
  }
}

extension ResourceReport {
  /// Whether there is nothing to say of it but that it landed.
  var isQuiet: Bool { verdict == .landed && findings.isEmpty && notes.isEmpty }
}
