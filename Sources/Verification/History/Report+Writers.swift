internal import Git
internal import Kratix
internal import Landing

extension Verifier {
  /// A report that says for which Destination Kratix's layout in a directory of no Destination was
  /// written: an error if the configuration has that Destination, which was moved then.
  ///
  /// - Throws: `LandingError`.
  func withWriters(
    _ report: Report, of layouts: [RepositoryLayout], from stateStore: StateStore,
    deadline: ContinuousClock.Instant
  ) async throws -> Report {
    guard let tip = report.commit?.id, !layouts.isEmpty else { return report }
    let tops = layouts.map { $0.top.isEmpty ? StatePath.root : StatePath(checking: $0.top) }
    let changes = try await stateStore.history.lastChanges(
      of: tops.compactMap(\.self), from: tip, deadline: deadline)
    var report = report
    for index in report.resources.indices where report.resources[index].subject == .strays {
      for (layout, top) in zip(layouts, tops) {
        guard let change = top.flatMap({ changes[$0] }) else { continue }
        report.resources[index].explain(layout, by: change, on: platform, settings)
      }
    }
    report.summary = Report.Summary(of: report.resources)
    return report
  }
}

extension Verifier {
  /// A report in which each placement that only a pipeline's selectors can have scheduled is judged.
  ///
  /// The commit names the labels (`Kratix-Selector`). Kratix's own commits do not: it is a note then.
  ///
  /// - Throws: `LandingError`.
  func withSelectors(
    _ report: Report, from stateStore: StateStore, deadline: ContinuousClock.Instant
  ) async throws -> Report {
    let paths = report.resources.flatMap(\.findings).filter {
      Misplaced.destinationOfUnknownSelectors($0) != nil
    }.compactMap(\.file).compactMap(StatePath.init(checking:))
    guard let tip = report.commit?.id, !paths.isEmpty else { return report }
    let changes = try await stateStore.history.lastChanges(
      of: Array(Set(paths)), from: tip, deadline: deadline)
    var report = report
    for index in report.resources.indices {
      report.resources[index].judgeSelectors(by: changes, on: platform, settings)
    }
    report.summary = Report.Summary(of: report.resources)
    return report
  }
}

extension Verifier {
  /// A report in which copies of requests in directories of no Destination are errors where their commits
  /// name a Destination of the platform.
  ///
  /// - Throws: `LandingError`.
  func withCopies(
    _ report: Report, from stateStore: StateStore, deadline: ContinuousClock.Instant
  ) async throws -> Report {
    let paths = report.resources.flatMap(\.findings).filter(Misplaced.isPossibleCopy)
      .compactMap(\.file).compactMap(StatePath.init(checking:))
    guard let tip = report.commit?.id, !paths.isEmpty, settings[.misplaced] == nil else {
      return report
    }
    let changes = try await stateStore.history.lastChanges(
      of: Array(Set(paths)), from: tip, deadline: deadline)
    var report = report
    for index in report.resources.indices {
      report.resources[index].judgeCopies(by: changes, on: platform)
    }
    report.summary = Report.Summary(of: report.resources)
    return report
  }
}

extension ResourceReport {
  fileprivate mutating func judgeCopies(
    by changes: [StatePath: LogEntry], on platform: Platform
  ) {
    for index in findings.indices where Misplaced.isPossibleCopy(findings[index]) {
      let change = findings[index].file.flatMap(StatePath.init(checking:)).flatMap { changes[$0] }
      guard let change,
        let name = CommitMessage(reading: change.commit.message).destinationName,
        platform.destinations[name] != nil
      else { continue }
      findings[index].severity = .error
      if verdict == .landed { verdict = .misplaced }
    }
    findings.sort(by: Finding.isBefore)
  }

  fileprivate mutating func judgeSelectors(
    by changes: [StatePath: LogEntry], on platform: Platform, _ settings: RuleSettings
  ) {
    findings = findings.compactMap { finding in
      guard let name = Misplaced.destinationOfUnknownSelectors(finding),
        let destination = platform.destinations[name]
      else { return finding }
      let change = finding.file.flatMap(StatePath.init(checking:)).flatMap { changes[$0] }
      guard let change, let selector = CommitMessage(reading: change.commit.message).selector else {
        notes.append(
          "\(finding.file ?? name) was scheduled by selectors of its pipeline, which its commit does not "
            + "name: whether \(name) is right was not judged")
        return nil
      }
      guard let reason = destination.reasonToPass(over: selector) else { return nil }
      var finding = finding
      finding.expected = "a Destination with \(NoDestination.text(of: selector))"
      finding.cause = "the selectors do not choose \(name): \(reason)"
      if settings[.misplaced] == nil { finding.severity = .error }
      return finding
    }
    guard findings.contains(where: { $0.severity == .error }), verdict == .landed else { return }
    verdict = .misplaced
  }

  fileprivate mutating func explain(
    _ layout: RepositoryLayout, by change: LogEntry, on platform: Platform, _ settings: RuleSettings
  ) {
    let index = findings.firstIndex { $0.rule == .misplaced && $0.file == layout.top }
    guard let index else { return }
    findings[index].introduced = CommitSummary(id: change.id, commit: change.commit)
    guard let name = CommitMessage(reading: change.commit.message).destinationName else { return }
    guard let directory = platform.layout(of: name)?.top else {
      findings[index].cause =
        "it was last written for Destination \(name), which the configuration does not have"
      return
    }
    findings[index].cause =
      "it was written for Destination \(name), whose directory is "
      + (directory.isEmpty ? "the top of the repository" : directory) + " now"
    if settings[.misplaced] == nil {
      findings[index].severity = .error
      verdict = .wrong
    }
    findings.sort(by: Finding.isBefore)
  }
}
