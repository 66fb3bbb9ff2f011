internal import Git
internal import Landing
package import Manifests

/// A report as SARIF 2.1.0, which code scanning shows beside the files of the state repository
/// (OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0").
package struct SARIFReport: Sendable {
  private static let schema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
  private let version: String

  /// A writer that names the program's version.
  package init(version: String) { self.version = version }

  /// The reports as a tree, for `JSONWriter`: a run for each state store.
  package func node(of reports: [Report]) -> Node {
    [
      "$schema": .text(Self.schema), "version": .text("2.1.0"),
      "runs": .list(reports.map { run(of: $0, isOne: reports.count == 1) }),
    ]
  }

  private func run(of report: Report, isOne: Bool) -> Node {
    let results = report.resources.flatMap { resource in
      resource.findings.map { result($0, of: resource) }
    }
    return .fields([
      ("tool", ["driver": driver]),
      // Code scanning takes several runs of one tool only if they say what tells them apart.
      (
        "automationDetails",
        isOne ? nil : ["id": .text("statestore/\(report.stateStore.name)/")]
      ),
      ("versionControlProvenance", .list([provenance(of: report)])),
      ("columnKind", .text("unicodeCodePoints")),
      ("results", .list(results)),
    ])
  }

  private var driver: Node {
    [
      "name": .text("statestore"), "version": .text(version),
      "informationUri": .text("https://docs.kratix.io/main/troubleshooting"),
      "rules": .list(Rule.allCases.map(descriptor)),
    ]
  }

  private func descriptor(of rule: Rule) -> Node {
    [
      "id": .text(rule.rawValue),
      "shortDescription": ["text": .text(rule.page.meaning.firstSentence)],
      "fullDescription": ["text": .text(rule.page.meaning)],
      "help": ["text": .text(rule.page.remedies.joined(separator: "\n"))],
      "defaultConfiguration": ["level": .text(rule.defaultSeverity.rawValue)],
    ]
  }

  private func provenance(of report: Report) -> Node {
    .fields([
      ("repositoryUri", .text(report.stateStore.url.uriReference)),
      ("revisionId", report.commit.map { .text($0.id.hexadecimal) }),
      ("branch", .text(report.stateStore.branch)),
    ])
  }

  private func result(_ finding: Finding, of resource: ResourceReport) -> Node {
    let text = [finding.sentence, finding.cause, finding.remedy].compactMap { $0 }
      .joined(separator: "\n")
    return .fields([
      ("ruleId", .text(finding.rule.rawValue)),
      ("ruleIndex", .integer(Rule.allCases.firstIndex(of: finding.rule) ?? -1)),
      ("level", .text(finding.severity.rawValue)),
      ("message", ["text": .text(text)]),
      ("locations", finding.file.map { .list([location($0, of: finding)]) }),
      (
        "partialFingerprints",
        ["statestore/v1": .text(finding.fingerprint(in: resource))]
      ),
      (
        "properties",
        ["resource": .text(resource.title), "verdict": .text(resource.verdict.rawValue)]
      ),
    ])
  }

  private func location(_ file: String, of finding: Finding) -> Node {
    let region: Node? = finding.line.map { line in
      .fields([
        ("startLine", .integer(line)), ("startColumn", finding.column.map(Node.integer)),
      ])
    }
    return .fields([
      (
        "physicalLocation",
        .fields([("artifactLocation", ["uri": .text(file.uriReference)]), ("region", region)])
      ),
      (
        "logicalLocations",
        finding.object.map { .list([["name": .text($0), "kind": .text("object")]]) }
      ),
    ])
  }
}

extension String {
  var firstSentence: String {
    firstRange(of: ". ").map { String(self[..<$0.lowerBound]) + "." } ?? self
  }

  /// The text as a URI reference: what may not stand in one is written as its bytes (RFC 3986).
  fileprivate var uriReference: String {
    let plain = Set("-._~!$&'()*+,;=:@/?#[]".utf8)
    return utf8.map { byte in
      let isAlphanumeric =
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      if isAlphanumeric || plain.contains(byte) { return String(UnicodeScalar(byte)) }
      let digits = String(byte, radix: 16, uppercase: true)
      return "%" + (digits.count == 1 ? "0" + digits : digits)
    }.joined()
  }
}
