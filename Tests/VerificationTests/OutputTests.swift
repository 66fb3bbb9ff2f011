import Foundation
import Git
import Landing
import Manifests
import TestSupport
import Testing
import Verification

/// A report with a resource of every verdict, and texts that have to be escaped everywhere.
private func sample(_ name: String = "default") throws -> Report {
  let id = try #require(ObjectID(hexadecimal: String(repeating: "a", count: 40)))
  let finding = Finding(
    rule: .wrongNamespace, severity: .error, file: "worker/a b,ü.yaml", document: 1, line: 5,
    column: 14,
    object: "Deployment/a", pointer: "/metadata/namespace", expected: "<default> & \"more\"",
    actual: "x\u{1b}[2J\n]]>%,:", cause: "c", remedy: "r")
  func resource(_ verdict: Verdict, _ findings: [Finding]) -> ResourceReport {
    ResourceReport(
      promise: "postgresql", namespace: "default", name: verdict.rawValue, verdict: verdict,
      placements: verdict == .missing ? [] : [.init(destination: "worker", path: "worker/a")],
      findings: findings, notes: verdict == .unknown ? ["could not be told"] : [])
  }
  return Report(
    stateStore: StateStoreDescription(
      name: name, url: "https://git.example.com/state.git", branch: "main"),
    commit: CommitSummary(id: id, time: "2026-11-23T18:31:00Z"),
    resources: [
      resource(
        .landed, [Finding(rule: .plaintextSecret, severity: .warning, file: "worker/a.yaml")]),
      resource(.wrong, [finding]),
      resource(.missing, [Finding(rule: .notLanded, severity: .error)]),
      resource(.misplaced, [Finding(rule: .misplaced, severity: .error)]), resource(.unknown, []),
    ])
}

@Test func promtoolTakesTheMetrics() async throws {
  let text = PrometheusReport().text(
    of: [try sample(), try sample("other")], now: Date(timeIntervalSince1970: 1e9))
  let checked = try await Program.run(
    "promtool", ["check", "metrics"], input: Array(text.utf8))
  #expect(checked.isSuccess, "\(checked.errors)")
  #expect(checked.errors.isEmpty)
  #expect(try MetricTable().differences(from: text, by: "verify").isEmpty)
  let labels = "store=\"default\",branch=\"main\""
  #expect(text.contains("statestore_resources{\(labels),verdict=\"wrong\"} 1\n"))
  #expect(
    text.contains(
      "statestore_findings{\(labels),rule=\"wrong-namespace\",severity=\"error\"} 1\n"))
  #expect(text.contains("statestore_last_verified_timestamp_seconds{\(labels)} 1000000000\n"))
  #expect(text.contains("statestore_resources{store=\"other\",branch=\"main\",verdict="))
  #expect(text.contains("statestore_store_up{\(labels)} 1\n"))
  #expect(PrometheusReport().text(of: [], now: Date()).isEmpty)
  let away = try sample("away").stateStore
  let partial = PrometheusReport().text(of: [try sample()], unreadable: [away], now: Date())
  #expect(partial.contains("statestore_store_up{store=\"away\",branch=\"main\"} 0\n"))
}

@Test func severalStateStoresAreOneReportForEachReader() throws {
  let reports = [try sample("one"), try sample("two")]
  let junit = JUnitReport().text(of: reports)
  for name in ["worker", "no Destination of one", "no Destination of two"] {
    #expect(junit.contains("<testsuite name=\"\(name)\" "), "\(junit)")
  }
  #expect(junit.contains("<testsuites name=\"statestore verify\" tests=\"10\""))
  let runs = try #require(SARIFReport(version: "1").node(of: reports)["runs"]?.sequence)
  #expect(
    runs.map { $0.value(at: "/automationDetails/id")?.string } == [
      "statestore/one/", "statestore/two/",
    ])
}

@Test func readerOfJUnitSeesASuiteForEachDestination() async throws {
  let script = """
    import json, sys
    from junitparser import JUnitXml, TestSuite
    report = JUnitXml.fromstring(sys.stdin.buffer.read())
    print(json.dumps([[s.name, s.tests, s.failures, s.errors,
      [[c.classname, c.name, [[type(r).__name__, r.type, r.message, r.text] for r in c.result]]
       for c in s]] for s in report]))
    """
  let text = JUnitReport().text(of: [try sample()])
  // Debian's own python, whatever other comes first: the reader is a package of Debian.
  let read = try await Program.run(
    "env", ["/usr/bin/python3", "-c", script], input: Array(text.utf8))
  try #require(read.isSuccess, "\(read.errors)")
  let suites = try ManifestFile(parsing: read.bytes, name: "junit").documents.only.root
  #expect(suites[0]?[0]?.string == "no Destination")
  #expect(suites[1]?[0]?.string == "worker")
  #expect(suites[1]?.sequence?[1...3].map(\.integer) == [4, 2, 1])
  let wrong = try #require(suites.value(at: "/1/4/1/2/0"))
  #expect(wrong[0]?.string == "Failure")
  #expect(wrong[1]?.string == "wrong-namespace")
  #expect(wrong[2]?.string?.contains("<default> & \"more\"") == true)
  #expect(suites.value(at: "/1/4/3/2/0/0")?.string == "Error")
}

@Test func sarifIsAsItsPublishedSchemaSays() async throws {
  let program = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../scripts/check-sarif").standardized.path
  for reports in [[try sample()], [try sample("one"), try sample("two")], []] {
    let log = SARIFReport(version: "1").node(of: reports)
    let verdict = try await Program.run(
      "python3", [program], input: Array(JSONWriter().text(of: log).utf8))
    #expect(verdict.isSuccess, "\(verdict.text.prefix(2000)) \(verdict.errors)")
    for run in try #require(log["runs"]?.sequence) {
      let rules = try #require(run.value(at: "/tool/driver/rules")?.sequence)
      #expect(Set(rules.compactMap { $0["id"]?.string }).count == Rule.allCases.count)
      for result in try #require(run["results"]?.sequence) {
        let index = Int(try #require(result["ruleIndex"]?.integer))
        #expect(rules[index]["id"] == result["ruleId"])
      }
    }
  }
}

@Test func githubGetsOneLineForEachFindingWithItsPlace() throws {
  let lines = GitHubReport().text(of: try sample()).split(separator: "\n")
  // github.com/actions/toolkit, packages/core/src/command.ts: ::name key=value,key=value::text
  let command = /::(?:error|warning|notice) [^:\n]*::.*/
  for line in lines { #expect(line.wholeMatch(of: command) != nil, "\(line)") }
  #expect(
    lines.contains {
      $0.hasPrefix(
        "::error file=worker/a b%2Cü.yaml,line=5,col=14,title=wrong-namespace%3A postgresql ")
    })
  #expect(lines.contains { $0.contains("%0A]]>%25,:") })
  #expect(lines.last?.hasPrefix("::notice title=statestore::1 of 5 landed") == true)
}

@Test func gitLabGetsAnItemForEachFindingWithItsPlace() throws {
  let items = try #require(GitLabReport().node(of: [try sample(), try sample()]).sequence)
  #expect(items.count == 8)
  // docs.gitlab.com, "Code Quality report format": what each item must have.
  for item in items {
    for path in ["/description", "/check_name", "/fingerprint", "/location/path"] {
      #expect(item.value(at: path)?.string?.isEmpty == false, "\(path)")
    }
    #expect(item.value(at: "/location/lines/begin")?.integer != nil)
    #expect(["critical", "minor"].contains(item["severity"]?.string))
  }
  #expect(Set(items.map { $0["fingerprint"]?.string }).count == items.count)
  #expect(items[1].value(at: "/location/path")?.string == "worker/a b,ü.yaml")
  #expect(items[1].value(at: "/location/lines/begin")?.integer == 5)
}

@Test func markdownListsWhatIsWrongAndEndsInTime() throws {
  var report = try sample()
  let text = MarkdownReport().text(of: [report])
  #expect(text.hasPrefix("### statestore: 1 of 5 landed"), "\(text)")
  #expect(text.contains("`postgresql default/wrong`: **wrong**"))
  #expect(text.contains("  in `worker/a b,ü.yaml:5:14`"))
  #expect(!text.contains("\u{1b}"))
  report.resources = Array(repeating: report.resources[1], count: 10_000)
  let long = MarkdownReport().text(of: [report])
  #expect(long.utf8.count < 65_536)
  #expect(long.utf8.count > 40_000)
  #expect(long.hasSuffix(" more resources\n"))
  report.resources = [report.resources[0]]
  report.resources[0].findings = Array(repeating: report.resources[0].findings[0], count: 10_000)
  #expect(MarkdownReport().text(of: [report]).contains("- and 9980 more findings\n"))
}

@Test(arguments: [0, 1, 2, 3])
func jsonInPiecesIsTheSameAsOfAWholeTree(count: Int) throws {
  var reports = try (0..<count).map { try sample("store-\($0)") }
  if count == 3 { reports[1].resources = [] }
  let node = count == 1 ? reports[0].node : Node(.sequence(reports.map(\.node)))
  var text = ""
  JSONReport().write(reports) { text += $0 }
  #expect(text == JSONWriter(isIndented: true).text(of: node) + "\n")
}
