import Foundation
import Git
import Landing
import Manifests
import TestSupport
import Testing

@testable import Verification

/// What a value in a state store may hold, and a format must not take for its own.
private let foreignTexts = [
  "x\r\n::set-output name=a::b\r\n::stop-commands::t", "a\rb", "a\n\u{301}b", "a\u{85}b\u{2028}c",
  "a\u{301}\"\u{301} b=\"c", "%\u{301}:\u{301},\u{301}", "\\\u{301}\\\r\n\"",
  "<\u{301}/failure>&\u{301}amp;", "caf\u{e9} and cafe\u{301}",
]

private func foreignReport(_ text: String) throws -> Report {
  let id = try #require(ObjectID(hexadecimal: String(repeating: "a", count: 40)))
  let finding = Finding(
    rule: .modifiedFile, severity: .error, file: "worker/a.yaml", line: 1, column: 1, expected: "v",
    actual: text)
  return Report(
    stateStore: StateStoreDescription(name: text, url: text, branch: text),
    commit: CommitSummary(id: id, time: "2026-11-23T18:31:00Z"),
    resources: [
      ResourceReport(
        promise: text, namespace: text, name: text, verdict: .wrong,
        placements: [.init(destination: text, path: "worker/a")], findings: [finding],
        notes: [text])
    ])
}

/// Lines as a program sees them that ends one at CR, LF or both.
private func physicalLines(_ text: String) -> [String] {
  text.utf8.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    .map { String(decoding: $0, as: UTF8.self) }
}

@Suite("Text of others in a report") struct ForeignTextTests {
  @Test("begins no line of its own for GitHub", arguments: foreignTexts)
  func github(text: String) throws {
    let lines = physicalLines(GitHubReport().text(of: try foreignReport(text)))
    #expect(lines.count == 2, "\(lines)")
    #expect(lines.first?.utf8.starts(with: "::error file=worker/a.yaml,".utf8) == true)
    // github.com/actions/runner, ActionCommand.cs: how it is read back.
    let data = try #require(lines[0].components(separatedBy: "::").dropFirst(2).first)
    var read = data.unicodeScalars
    for (escape, scalar) in [("%0D", "\r"), ("%0A", "\n"), ("%25", "%")] {
      read = read.replacing(escape.unicodeScalars, with: scalar.unicodeScalars)
    }
    if !text.contains("::") {
      #expect(read.firstRange(of: text.unicodeScalars) != nil, "\(read)")
    }
  }

  @Test("is neither markup nor a mention in Markdown", arguments: foreignTexts + ["@a/b", "``a`"])
  func markdown(text: String) throws {
    let lines = physicalLines(MarkdownReport().text(of: [try foreignReport(text)]))
    let span = Array(MarkdownReport.code(text).unicodeScalars)
    let fence = span.prefix { $0 == "`" }
    #expect(span.dropFirst(fence.count).dropLast(fence.count).firstRange(of: fence) == nil)
    #expect(span.suffix(fence.count) == fence)
    let outside = lines.filter { !$0.utf8.contains(UInt8(ascii: "`")) }
    for line in outside {
      let scalars = line.replacing("<br>", with: "").unicodeScalars
      #expect(!scalars.contains { $0 == "@" || $0 == "<" }, "\(line)")
    }
    let starts = lines.compactMap(\.utf8.first)
    #expect(starts.allSatisfy { "#- `".utf8.contains($0) }, "\(lines)")
  }

  @Test("is one label for Prometheus", arguments: foreignTexts)
  func prometheus(text: String) async throws {
    let metrics = PrometheusReport().text(of: [try foreignReport(text)], now: Date())
    let label = try #require(
      metrics.utf8.firstRange(of: "{store=\"".utf8).map { metrics.utf8[$0.upperBound...] })
    var value: [UInt8] = []
    var rest = label
    while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
      guard byte == UInt8(ascii: "\\") else {
        value.append(byte)
        continue
      }
      guard let next = rest.popFirst() else { break }
      value.append(next == UInt8(ascii: "n") ? UInt8(ascii: "\n") : next)
    }
    #expect(value == Array(text.utf8))
    let check = try await Program.run(
      "promtool", ["check", "metrics"], input: Array(metrics.utf8))
    #expect(check.isSuccess, "\(check.errors)")
  }

  @Test("is one attribute and one text for readers of JUnit", arguments: foreignTexts)
  func junit(text: String) async throws {
    let script = """
      import json, sys
      from junitparser import JUnitXml
      report = JUnitXml.fromstring(sys.stdin.buffer.read())
      print(json.dumps([[s.name, [[c.classname, len(c.result)] for c in s]] for s in report]))
      """
    let read = try await Program.run(
      "env", ["/usr/bin/python3", "-c", script],
      input: Array(JUnitReport().text(of: [try foreignReport(text)]).utf8))
    try #require(read.isSuccess, "\(read.errors)")
    let suites = try ManifestFile(parsing: read.bytes, name: "junit").documents.only.root
    #expect(suites.sequence?.count == 1)
    // XML has no way to write controls.
    let written = String(
      String.UnicodeScalarView(
        text.unicodeScalars.map {
          $0.properties.generalCategory == .control && $0 != "\n" ? "?" : $0
        }))
    #expect(suites[0]?[0] == Node(.string(written)))
  }

  @Test("is the same text in JSON and SARIF", arguments: foreignTexts)
  func json(text: String) async throws {
    let report = try foreignReport(text)
    var whole = ""
    JSONReport().write([report]) { whole += $0 }
    let sarif = JSONWriter().text(of: SARIFReport(version: "1").node(of: [report]))
    let script = """
      import json, sys
      whole, sarif = sys.stdin.buffer.read().split(b"\\0")
      result = json.loads(sarif)["runs"][0]["results"][0]
      for said in (json.loads(whole)["resources"][0]["findings"][0]["actual"],
                   result["message"]["text"]):
        assert sys.argv[1] in said, said
      """
    let read = try await Program.run(
      "python3", ["-c", script, text], input: Array("\(whole)\0\(sarif)".utf8))
    #expect(read.isSuccess, "\(read.errors)")
  }

  @Test("neither moves nor ends a line of the text for people", arguments: foreignTexts)
  func text(text: String) throws {
    let shown = TextReport().text(of: try foreignReport(text))
    for scalar in shown.unicodeScalars where scalar != "\n" {
      #expect(
        ![.control, .format, .lineSeparator, .paragraphSeparator].contains(
          scalar.properties.generalCategory), "\(shown)")
    }
    let plain = TextReport().text(of: try foreignReport("a"))
    #expect(shown.unicodeScalars.count { $0 == "\n" } == plain.unicodeScalars.count { $0 == "\n" })
  }
}
