import Foundation
import Kratix
import Manifests
import TestSupport
import Testing

@Suite struct PipelineMetadataTests {
  /// What is read of a metadata directory with these files.
  private func read(_ files: [String: String]) async throws -> PipelineMetadata {
    try await withTemporaryDirectory { directory in
      for (name, text) in files {
        try Data(text.utf8).write(to: directory.appendingPathComponent(name))
      }
      return try PipelineMetadata(directory: directory.path)
    }
  }

  private func refusal(_ files: [String: String]) async -> String? {
    do {
      _ = try await read(files)
      return nil
    } catch {
      return "\(error)"
    }
  }

  struct Reading: Sendable {
    let row: String
    let text: String
    let selectors: [DestinationSelector]

    init(_ row: String, _ text: String, _ selectors: [(String, [String: String])]) {
      self.row = row
      self.text = text
      self.selectors = selectors.map { DestinationSelector(directory: $0, matchLabels: $1) }
    }
  }

  static let readings = [
    Reading("C16", #"[{"matchLabels":{"env":"dev"}}]"#, [(".", ["env": "dev"])]),
    Reading("no text", "", []), Reading("null", "null\n", []), Reading("a comment", "# x\n", []),
    Reading("an empty list", "[]", []), Reading("an empty document", "---\n", []),
    Reading(
      "directories are cleaned",
      """
      - matchLabels: {a: b}
        directory: baz/
      - matchLabels: {a: c}
        directory: ./x
      - matchLabels: {a: d}
      """, [("baz", ["a": "b"]), ("x", ["a": "c"]), (".", ["a": "d"])]),
    Reading(
      "keys in any case",
      "- MatchLabels: {Env: dev}\n  DIRECTORY: foo\n- matchlabels: {a: b}",
      [("foo", ["Env": "dev"]), (".", ["a": "b"])]),
    Reading("unknown keys", "- matchLabels: {a: b}\n  other: 1\n", [(".", ["a": "b"])]),
    Reading("null for a directory", "- matchLabels: {a: b}\n  directory:\n", [(".", ["a": "b"])]),
    // Go's encoder writes a number for a text in its shortest way.
    Reading(
      "scalars become text",
      "- matchLabels: {a: true, b: 1, c: 1.5, d: yes, e: 1.0, f: 1.10, g: '1.0', h: , i: 0x10}",
      [
        (
          ".",
          [
            "a": "true", "b": "1", "c": "1.5", "d": "true", "e": "1", "f": "1.1", "g": "1.0",
            "h": "", "i": "16",
          ]
        )
      ]),
    Reading(
      "a number for a directory", "- matchLabels: {a: b}\n  directory: 1", [("1", ["a": "b"])]),
  ]

  @Test("C16: selectors are read as Kratix reads them", arguments: readings.indices)
  func selectorsAreReadAsKratixReadsThem(index: Int) async throws {
    let row = Self.readings[index]
    let metadata = try await read(["destination-selectors.yaml": row.text])
    #expect(metadata.selectors == row.selectors, "\(row.row)")
    #expect(metadata.suspension == nil)
  }

  static let refusals: [(row: String, text: String, words: String)] = [
    ("C17", "matchLabels: {a: b}", "error unmarshaling JSON"),
    ("C17", "text", "error unmarshaling JSON"),
    ("a list of texts", "- foo", "error unmarshaling JSON"),
    ("a list of lists", "- []", "error unmarshaling JSON"),
    (
      "C18", "- matchLabels: {a: b}\n- directory: foo\nmatchLabels:\n  a: b", ":3:1"
    ),
    (
      "C18", "- matchLabels: {a: b}\n- directory: foo\n  other: {a: b}",
      "entry with index 1 has no selectors"
    ),
    ("C18", "- matchLabels:\n", "entry with index 0 has no selectors"),
    ("C18", "- matchLabels: {}\n", "entry with index 0 has no selectors"),
    ("null for an entry", "-\n", "entry with index 0 has no selectors"),
    (
      "C19", "- {matchLabels: {a: b}, directory: baz/}\n- {matchLabels: {a: c}, directory: baz/}",
      "duplicate entries in destination-selectors.yaml"
    ),
    (
      "C20", "- {matchLabels: {a: b}, directory: foo/}\n- {matchLabels: {a: c}, directory: foo}",
      "duplicate entries in destination-selectors.yaml"
    ),
    (
      "C21", "- matchLabels: {a: b}\n- matchLabels: {a: c}",
      "duplicate entries in destination-selectors.yaml"
    ),
    (
      "C21", "- matchLabels: {a: b}\n- {matchLabels: {a: c}, directory: ./}",
      "duplicate entries in destination-selectors.yaml"
    ),
    (
      "C22", "- {matchLabels: {a: b}, directory: foo/bar}",
      "sub-directories are not allowed: foo/bar"
    ),
    ("1.4, gap", "- {matchLabels: {a: b}, directory: ..}", "not a directory of the output"),
    ("1.4, gap", "- {matchLabels: {a: b}, directory: /}", "not a directory of the output"),
    ("1.4, gap", "- {matchLabels: {a: b}, directory: a/../..}", "not a directory of the output"),
    ("absolute", "- {matchLabels: {a: b}, directory: /foo}", "sub-directories are not allowed"),
    ("parent", "- {matchLabels: {a: b}, directory: ../x}", "sub-directories are not allowed"),
    (
      "a mark after the slash", "- {matchLabels: {a: b}, directory: \"foo/\\u0301x\"}",
      "sub-directories are not allowed"
    ),
    // The order of the checks is Kratix's: labels, then duplicates, then sub-directories.
    (
      "1.4, order", "- {matchLabels: {a: b}, directory: a/b}\n- {directory: a/b}",
      "entry with index 1 has no selectors"
    ),
    (
      "1.4, order",
      "- {matchLabels: {a: b}, directory: a/b}\n- {matchLabels: {a: b}, directory: a/b}",
      "duplicate entries"
    ),
    ("a list for labels", "- matchLabels: [a]", ":1:16"),
    ("a mapping for a value", "- matchLabels: {a: {b: c}}", ":1:16"),
    ("no YAML", "- {matchLabels", "destination-selectors.yaml:"),
  ]

  @Test(
    "C17, C18, C19, C20, C21, C22: selectors that cannot be used are refused", arguments: refusals)
  func selectorsThatCannotBeUsedAreRefused(row: String, text: String, words: String) async {
    let refusal = await refusal(["destination-selectors.yaml": text])
    #expect(refusal?.contains(words) == true, "\(row): \(refusal ?? "it was taken")")
    #expect(refusal?.contains("destination-selectors.yaml") == true)
  }

  @Test func theNameWithAnUnderscoreIsRefusedAndNotPassedOver() async {
    let refusal = await refusal(["destination_selectors.yaml": "[]"])
    #expect(refusal?.contains("destination-selectors.yaml, with a hyphen") == true)
  }

  static let controls: [(row: String, text: String, suspension: String?)] = [
    ("C14", "suspend: true", "the workflow is suspended"),
    ("C14", "suspend: yes\nmessage: wait", "the workflow is suspended: wait"),
    ("C15", "retryAfter: 10m", "the workflow is to be run again after 10m"),
    ("C15", "RetryAfter: 10m\nmessage: a", "the workflow is to be run again after 10m: a"),
    ("both", "suspend: true\nretryAfter: 1h", "the workflow is suspended"),
    ("R16", "retryAfter: whale", "run again after whale"),
    ("go on", "suspend: false", nil), ("go on", "message: hello", nil), ("nothing", "", nil),
    ("nothing", "{}", nil), ("go on", "suspend: false\nretryAfter: ''", nil),
    ("unknown keys", "other: 1", nil), ("null", "suspend:\nretryAfter:\n", nil),
  ]

  @Test("C14, C15, R16: the workflow can be held up", arguments: controls)
  func theWorkflowCanBeHeldUp(row: String, text: String, suspension: String?) async throws {
    let metadata = try await read(["workflow-control.yaml": text])
    if let suspension {
      #expect(metadata.suspension?.contains(suspension) == true, "\(row)")
    } else {
      #expect(metadata.suspension == nil, "\(row)")
    }
  }

  @Test(arguments: ["suspend: [", "suspend: maybe", "suspend: 1", "- suspend: true", "text"])
  func aControlFileThatCannotBeReadIsRefused(text: String) async {
    let refusal = await refusal(["workflow-control.yaml": text])
    #expect(refusal?.contains("workflow-control.yaml") == true, "\(refusal ?? "it was taken")")
  }

  @Test func badSelectorsAreRefusedEvenWhenTheWorkflowIsSuspended() async {
    let refusal = await refusal([
      "workflow-control.yaml": "suspend: true", "destination-selectors.yaml": "- foo: bar",
    ])
    #expect(refusal?.contains("entry with index 0") == true)
  }

  @Test func otherFilesAndNoDirectorySayNothing() async throws {
    let metadata = try await read(["status.yaml": "{", "notes.txt": "x", "selectors.yaml": "["])
    #expect(metadata == PipelineMetadata())
    #expect(try PipelineMetadata(directory: "/nonexistent/metadata") == PipelineMetadata())
  }
}
