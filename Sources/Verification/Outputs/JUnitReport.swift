/// A report as JUnit's XML, which CI systems show as tests: a suite for each Destination, a case
/// for each resource (the format of Jenkins' xUnit plugin, `junit-10.xsd`).
///
/// What is wrong is a failure; what could not be judged is an error, for it is no success either.
public struct JUnitReport: Sendable {
  /// Writes no report yet.
  public init() {}

  /// The whole text.
  public func text(of report: Report) -> String {
    var suites: [(name: String, cases: [ResourceReport])] = []
    for resource in report.resources {
      for destination in Self.destinations(of: resource) {
        if let index = suites.firstIndex(where: { $0.name == destination }) {
          suites[index].cases.append(resource)
        } else {
          suites.append((destination, [resource]))
        }
      }
    }
    suites.sort { $0.name < $1.name }
    let time = report.commit?.time.replacing("Z", with: "")
    let lines = suites.map { Self.suite($0.name, $0.cases, time: time) }
    let counts = Self.counts(of: suites.flatMap(\.cases))
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="statestore verify" \(counts)>
      \(lines.joined())</testsuites>

      """
  }

  /// A resource that stands nowhere is nobody's; it has a suite of its own.
  private static func destinations(of resource: ResourceReport) -> [String] {
    let names = Set(resource.placements.map(\.destination)).sorted()
    return names.isEmpty ? ["no Destination"] : names
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

  private static func suite(_ name: String, _ cases: [ResourceReport], time: String?) -> String {
    let stamp = time.map { #" timestamp="\#($0)""# } ?? ""
    let head = #"<testsuite name="\#(escaped(name))" \#(counts(of: cases)) skipped="0" time="0""#
    return "  \(head)\(stamp)>\n" + cases.map(testCase).joined() + "  </testsuite>\n"
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
