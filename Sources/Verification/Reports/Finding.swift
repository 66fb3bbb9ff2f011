/// One fault that verification found in a snapshot.
///
/// Unknown properties are `nil`, and left out of its JSON.
package struct Finding: Sendable, Hashable, Codable {
  /// Which rule it breaks.
  package var rule: Rule
  /// Its severity.
  package var severity: Severity
  /// The file or directory, from the top of the repository.
  package var file: String?
  /// The document of the file, from 1.
  package var document: Int?
  /// The line of the file, from 1.
  package var line: Int?
  /// The column of the line, from 1.
  package var column: Int?
  /// The object, as kubectl writes it: `Deployment/postgres-example`.
  package var object: String?
  /// Where in the document: a JSON pointer.
  package var pointer: String?
  /// What should be there; never a secret value.
  package var expected: String?
  /// What is there; never a secret value.
  package var actual: String?
  /// How it came about, if the evidence shows it.
  package var cause: String?
  /// What to do.
  package var remedy: String?
  /// The commit that introduced it.
  package var introduced: CommitSummary?
  /// For a file that was removed: the last commit that changed it before.
  package var landed: CommitSummary?
  /// For a file that was removed: the commit that removed it.
  package var removed: CommitSummary?
  /// The lines of the file that it is about, for a person.
  package var excerpt: Excerpt?

  package init(
    rule: Rule, severity: Severity, file: String? = nil, document: Int? = nil,
    line: Int? = nil, column: Int? = nil, object: String? = nil, pointer: String? = nil,
    expected: String? = nil, actual: String? = nil, cause: String? = nil, remedy: String? = nil,
    introduced: CommitSummary? = nil
  ) {
    self.rule = rule
    self.severity = severity
    self.file = file
    self.document = document
    self.line = line
    self.column = column
    self.object = object
    self.pointer = pointer
    self.expected = expected
    self.actual = actual
    self.cause = cause
    self.remedy = remedy
    self.introduced = introduced
  }
}

extension Finding {
  /// The order of findings in a report: by severity, the worst first, then by place.
  static func isBefore(_ left: Finding, _ right: Finding) -> Bool {
    if left.severity != right.severity { return left.severity > right.severity }
    let files = (left.file ?? "", right.file ?? "")
    if files.0 != files.1 { return files.0 < files.1 }
    return (left.line ?? 0, left.column ?? 0, left.rule.rawValue, left.expected ?? "")
      < (right.line ?? 0, right.column ?? 0, right.rule.rawValue, right.expected ?? "")
  }
}
