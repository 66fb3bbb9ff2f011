internal import Git
internal import Landing

/// A report for people: the verdict, then the worst first, with what to do under the findings.
package struct TextReport: Sendable {
  /// Whether words are coloured with ANSI escape codes.
  package var isColoured: Bool
  /// Whether of what landed and has no finding only the number is told.
  package var isBrief: Bool
  /// How wide lines may be; `nil` for any width.
  package var width: Int?

  package init(isColoured: Bool = false, isBrief: Bool = false, width: Int? = nil) {
    self.isColoured = isColoured
    self.isBrief = isBrief
    self.width = width
  }

  /// The whole text; it ends in a newline.
  package func text(of report: Report) -> String {
    let shown = Self.ordered(report.resources).filter { !isBrief || !$0.isClean }
    let blocks = shown.map(lines).filter { !$0.isEmpty }
    var lines = wrapped(verdict(of: report), indentation: 0)
    let rest = blocks.flatMap(\.self) + notes(of: report)
    if !rest.isEmpty { lines += [""] + rest }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func ordered(_ resources: [ResourceReport]) -> [ResourceReport] {
    resources.enumerated().sorted { left, right in
      (rank(left.element), left.offset) < (rank(right.element), right.offset)
    }.map(\.element)
  }

  private static func rank(_ resource: ResourceReport) -> Int {
    let order: [Verdict] = [.missing, .wrong, .misplaced, .unknown, .landed]
    return (order.firstIndex(of: resource.verdict) ?? 0) * 2 + (resource.findings.isEmpty ? 1 : 0)
  }

  private func lines(of resource: ResourceReport) -> [String] {
    let common = Self.commonDirectory(of: resource.findings.compactMap(\.file))
    var head = "\(styled(resource.verdict)) \(Self.plain(resource.title))"
    if !common.isEmpty { head += " in \(Self.plain(common))" }
    let groups = Self.groups(of: resource.findings)
    return wrapped(head, indentation: 2)
      + groups.indices.flatMap { index in
        let last = index > 0 ? groups[index - 1].last?.commits : nil
        return lines(
          of: groups[index], below: common, isOfSameCommit: last == groups[index][0].commits)
      }
  }

  /// Findings of one file that one commit brought, together; otherwise in their order.
  private static func groups(of findings: [Finding]) -> [[Finding]] {
    var commits: [[Finding]] = []
    for finding in findings {
      let known = commits.firstIndex {
        $0[0].severity == finding.severity && $0[0].commits == finding.commits
      }
      if let known { commits[known].append(finding) } else { commits.append([finding]) }
    }
    return commits.flatMap { findings -> [[Finding]] in
      findings.reduce(into: [[Finding]]()) { groups, finding in
        let known = groups.firstIndex { $0[0].file == finding.file }
        if let known { groups[known].append(finding) } else { groups.append([finding]) }
      }
    }
  }

  /// The directory that all of several files are in; empty for a single one.
  private static func commonDirectory(of files: [String]) -> String {
    guard files.count > 1, let first = files.first else { return "" }
    let parents = files.map { $0.split(separator: "/").dropLast() }
    let own = first.split(separator: "/").dropLast()
    let depth = own.indices.first { index in
      parents.contains { !$0.indices.contains(index) || $0[index] != own[index] }
    }
    return own.prefix(depth ?? own.count).joined(separator: "/")
  }

  /// - Parameters:
  ///   - directory: What is left out of the beginning of paths.
  ///   - isOfSameCommit: Whether the findings above have the same commits, which are named briefly
  ///     then.
  private func lines(
    of findings: [Finding], below directory: String, isOfSameCommit: Bool
  ) -> [String] {
    var lines: [String] = []
    for (index, finding) in findings.enumerated() {
      lines += line(of: finding, below: directory) + excerpt(of: finding)
      let next = findings.indices.contains(index + 1) ? findings[index + 1] : nil
      // Once for findings after each other that have the same.
      if let next, next.cause == finding.cause, next.remedy == finding.remedy { continue }
      if let cause = finding.cause { lines += detail("cause: \(cause)") }
      if let remedy = finding.remedy { lines += detail("remedy: \(remedy)") }
    }
    for case (let word, let commit?) in zip(
      ["introduced", "landed", "removed"], findings[0].commits)
    {
      let author = commit.author.map { " by \($0)" } ?? ""
      let details = isOfSameCommit ? ", as above" : " \(commit.time)\(author)"
      lines += detail("\(word): \(commit.id.abbreviated)\(details)")
    }
    return lines
  }

  private func line(of finding: Finding, below directory: String) -> [String] {
    var line = "  "
    if let place = finding.place {
      let shown = directory.isEmpty ? place : String(place.dropFirst(directory.count + 1))
      line += "\(Self.plain(shown)): "
    }
    line += "\(styled(finding.severity)) \(finding.rule.rawValue)"
    let subject = [finding.object, finding.pointer].compactMap { $0 }.filter { !$0.isEmpty }
    if !subject.isEmpty { line += " \(Self.plain(subject.joined(separator: " ")))" }
    let values = [
      finding.expected.map { "expected \($0)" }, finding.actual.map { "found \($0)" },
    ].compactMap { $0 }
    if !values.isEmpty { line += ": \(Self.plain(values.joined(separator: ", ")))" }
    return wrapped(line, indentation: 6)
  }

  private func detail(_ text: String) -> [String] {
    wrapped("      \(Self.plain(text))", indentation: 8)
  }

  private func excerpt(of finding: Finding) -> [String] {
    guard let excerpt = finding.excerpt else { return [] }
    return ExcerptText(width: width).lines(of: excerpt) {
      coloured($0, finding.severity == .error ? "31;1" : "33;1")
    }
  }

  private func wrapped(_ line: String, indentation: Int) -> [String] {
    WrappedText.lines(of: line, width: width, indentation: indentation)
  }

  /// Each note once, however many resources it is about.
  private func notes(of report: Report) -> [String] {
    var seen: Set<String> = []
    return report.resources.flatMap(\.notes).filter { seen.insert($0).inserted }.flatMap {
      wrapped("note: \(Self.plain($0))", indentation: 2)
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
