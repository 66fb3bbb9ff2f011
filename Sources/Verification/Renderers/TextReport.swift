internal import Git
internal import Landing

/// A report for people: the worst first, what to do under each finding, the verdict at the end.
package struct TextReport: Sendable {
  /// Whether words are coloured with ANSI escape codes.
  package var isColoured: Bool
  /// Whether of what landed and has no finding only the number is told.
  package var isBrief: Bool

  /// A report in colours or without.
  package init(isColoured: Bool = false, isBrief: Bool = false) {
    self.isColoured = isColoured
    self.isBrief = isBrief
  }

  /// The whole text; it ends in a newline.
  package func text(of report: Report) -> String {
    let shown = isBrief ? report.resources.filter { !$0.isClean } : report.resources
    let resources = shown.enumerated().sorted { left, right in
      (Self.rank(left.element), left.offset) < (Self.rank(right.element), right.offset)
    }
    var lines = resources.flatMap { entry in self.lines(of: entry.element) }
    lines += notes(of: report)
    lines.append(verdict(of: report))
    return lines.joined(separator: "\n") + "\n"
  }

  private static func rank(_ resource: ResourceReport) -> Int {
    let order: [Verdict] = [.missing, .wrong, .misplaced, .unknown, .landed]
    return (order.firstIndex(of: resource.verdict) ?? 0) * 2 + (resource.findings.isEmpty ? 1 : 0)
  }

  private func lines(of resource: ResourceReport) -> [String] {
    let head = "\(styled(resource.verdict)) \(Self.plain(resource.title))"
    let findings = Self.groupedByCommit(resource.findings)
    return [head]
      + findings.indices.flatMap { index in
        let last = index > 0 ? findings[index - 1].commits : nil
        return lines(of: findings[index], isOfSameCommit: last == findings[index].commits)
      }
  }

  /// Findings that one commit brought, one after another; otherwise in their order.
  private static func groupedByCommit(_ findings: [Finding]) -> [Finding] {
    var groups: [[Finding]] = []
    for finding in findings {
      let known = groups.firstIndex {
        $0[0].severity == finding.severity && $0[0].commits == finding.commits
      }
      if let known { groups[known].append(finding) } else { groups.append([finding]) }
    }
    return groups.flatMap(\.self)
  }

  /// - Parameter isOfSameCommit: Whether the finding above has the same commits, which are named briefly
  ///   then.
  private func lines(of finding: Finding, isOfSameCommit: Bool) -> [String] {
    var line = "  "
    if let place = finding.place { line += "\(Self.plain(place)): " }
    line += "\(styled(finding.severity)) \(finding.rule.rawValue)"
    let subject = [finding.object, finding.pointer].compactMap { $0 }.filter { !$0.isEmpty }
    if !subject.isEmpty { line += " \(Self.plain(subject.joined(separator: " ")))" }
    let values = [
      finding.expected.map { "expected \($0)" }, finding.actual.map { "found \($0)" },
    ].compactMap { $0 }
    if !values.isEmpty { line += ": \(Self.plain(values.joined(separator: ", ")))" }
    var lines = [line]
    if let cause = finding.cause { lines.append("      cause: \(Self.plain(cause))") }
    if let remedy = finding.remedy { lines.append("      remedy: \(Self.plain(remedy))") }
    for case (let word, let commit?) in zip(["introduced", "landed", "removed"], finding.commits) {
      let author = commit.author.map { " by \($0)" } ?? ""
      let details = isOfSameCommit ? ", as above" : " \(commit.time)\(author)"
      lines.append("      \(word): \(Self.plain("\(commit.id.abbreviated)\(details)"))")
    }
    return lines
  }

  /// Each note once, however many resources it is about.
  private func notes(of report: Report) -> [String] {
    var seen: Set<String> = []
    return report.resources.flatMap(\.notes).filter { seen.insert($0).inserted }.map {
      "note: \(Self.plain($0))"
    }
  }

  /// One line: how many landed, and what of the others.
  package func verdict(of report: Report) -> String {
    let summary = report.summary
    let others = [
      (summary.missing, "missing"), (summary.wrong, "wrong"), (summary.misplaced, "misplaced"),
      (summary.unknown, "unknown"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    let counts = [
      "\(summary.landed) of \(summary.resources) landed", others.joined(separator: ", "),
      Self.count(summary.errors, "error"), Self.count(summary.warnings, "warning"),
    ].filter { !$0.isEmpty }.joined(separator: ", ")
    let commit = report.commit.map { " at \($0.id.abbreviated)" } ?? ", which has no commit"
    return "\(counts) (\(Self.plain(report.place))\(commit))"
  }

  private static func count(_ number: Int, _ noun: String) -> String {
    number == 0 ? "" : "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}

extension Finding {
  /// The commits that brought it, that last had what is gone, and that removed it.
  fileprivate var commits: [CommitSummary?] {
    [removed == nil ? introduced : nil, landed, removed]
  }
}

extension TextReport {
  private func styled(_ verdict: Verdict) -> String {
    let word = verdict.rawValue
    switch verdict {
    case .landed: return coloured(word, "32")
    case .unknown: return coloured(word, "33")
    case .wrong, .missing, .misplaced: return coloured(word, "31;1")
    }
  }

  private func styled(_ severity: Severity) -> String {
    coloured(severity.rawValue, severity == .error ? "31" : "33")
  }

  private func coloured(_ word: String, _ code: String) -> String {
    isColoured ? "\u{1b}[\(code)m\(word)\u{1b}[0m" : word
  }

  /// Text of others on one line: whoever can write to a state store must not steer a terminal.
  static func plain(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .format, .lineSeparator, .paragraphSeparator: scalar == "\n" ? " " : "?"
          default: scalar
          }
        }))
  }
}
