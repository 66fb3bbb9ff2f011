internal import Landing

/// A report as JUnit's XML, which CI systems show as tests: a suite for each Destination, a case
/// for each resource (the format of Jenkins' xUnit plugin, `junit-10.xsd`).
///
/// What is wrong is a failure; what could not be judged is an error, for it is no success either.
package struct JUnitReport: Sendable {
  /// Writes no report yet.
  package init() {}

  /// The whole text.
  package func text(of reports: [Report]) -> String {
    let suites = reports.flatMap { report in
      Self.suites(of: report, isOne: reports.count == 1)
    }.sorted { $0.name < $1.name }
    let lines = suites.map(Self.text)
    let counts = Self.counts(of: suites.flatMap(\.cases))
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="statestore verify" \(counts)>
      \(lines.joined())</testsuites>

      """
  }

  private struct Suite {
    let name: String
    let time: String?
    var cases: [ResourceReport] = []
  }

  private static func suites(of report: Report, isOne: Bool) -> [Suite] {
    let time = report.commit?.time.replacing("Z", with: "")
    let place = isOne ? "" : " of \(report.stateStore.name)"
    var suites: [String: Suite] = [:]
    for resource in report.resources {
      // A resource that stands nowhere is nobody's; it has a suite of its own.
      let names = Set(resource.placements.map(\.destination)).sorted()
      for name in names.isEmpty ? ["no Destination\(place)"] : names {
        suites[name, default: Suite(name: name, time: time)].cases.append(resource)
      }
    }
    return Array(suites.values)
  }

  private static func counts(of cases: [ResourceReport]) -> String {
    let failures = cases.count { isFailure($0) }
    let errors = cases.count { isUnknown($0) }
    return #"tests="\#(cases.count)" failures="\#(failures)" errors="\#(errors)""#
  }

  private static func isFailure(_ resource: ResourceReport) -> Bool {
    resource.verdict != .landed && resource.verdict != .unknown
      || resource.findings.contains { $0.severity == .error }
  }

  private static func isUnknown(_ resource: ResourceReport) -> Bool {
    resource.verdict == .unknown && !isFailure(resource)
  }

  private static func text(_ suite: Suite) -> String {
    let stamp = suite.time.map { #" timestamp="\#($0)""# } ?? ""
    let counts = counts(of: suite.cases)
    let head = #"<testsuite name="\#(escaped(suite.name))" \#(counts) skipped="0" time="0""#
    return "  \(head)\(stamp)>\n" + suite.cases.map(testCase).joined() + "  </testsuite>\n"
  }

  private static func testCase(_ resource: ResourceReport) -> String {
    let className = resource.promise.isEmpty ? "state store" : resource.promise
    let head = #"<testcase classname="\#(escaped(className))" name="\#(escaped(resource.title))""#
    var body = ""
    let errors = resource.findings.filter { $0.severity == .error }
    let warnings = resource.findings.filter { $0.severity == .warning }
    if isFailure(resource) {
      let type = errors.first?.rule.rawValue ?? resource.verdict.rawValue
      let message = errors.first?.sentence ?? resource.verdict.rawValue
      body +=
        #"      <failure type="\#(type)" message="\#(escaped(message))">"#
        + escaped(errors.map(lines).joined(separator: "\n")) + "</failure>\n"
    } else if isUnknown(resource) {
      let reason = resource.notes.joined(separator: "; ")
      body += #"      <error type="unknown" message="\#(escaped(reason))"/>"# + "\n"
    }
    let remarks = warnings.map(lines) + resource.notes.map { "note: \($0)" }
    if !remarks.isEmpty {
      body += "      <system-out>\(escaped(remarks.joined(separator: "\n")))</system-out>\n"
    }
    return body.isEmpty
      ? "    \(head) time=\"0\"/>\n"
      : "    \(head) time=\"0\">\n\(body)    </testcase>\n"
  }

  private static func lines(of finding: Finding) -> String {
    let first = (finding.place.map { "\($0): " } ?? "") + finding.sentence
    let more = [finding.cause.map { "  cause: \($0)" }, finding.remedy.map { "  remedy: \($0)" }]
    return ([first] + more.compactMap { $0 }).joined(separator: "\n")
  }

  /// Text as XML 1.0 takes it; characters that it has no way to write become `?`.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\n": escaped += "&#10;"
      case "\t": escaped += "&#9;"
      case "\u{0}"..<" ", "\u{7f}"..."\u{9f}", "\u{fffe}", "\u{ffff}": escaped += "?"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
