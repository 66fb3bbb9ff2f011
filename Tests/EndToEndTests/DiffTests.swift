import Foundation
import TestSupport
import Testing

@Suite("Before anything is written", .timeLimit(.minutes(5)))
struct DiffTests {
  /// The value of `stringData` in the fixtures.
  private let secret = "change-me-after-the-first-login"

  @Test("diff shows what a write would change, and afterwards nothing")
  func diff() async throws {
    try await withSite { site in
      let file = "\(Rendering.small.defaultPlace())/postgresql-instance.yaml"
      let before = try await site.run("diff", Rendering.small.flags, expecting: 1)
      for line in ["--- /dev/null\n", "+++ b/\(file)\n", "\n@@ -0,0 +1,96 @@\n", "+kind: Secret\n"]
      {
        #expect(before.output.contains(line), "\(before)")
      }
      try await site.run("write", Rendering.small.flags)
      let after = try await site.run("diff", Rendering.small.flags)
      #expect(!after.output.contains("+++"), "\(after)")
    }
  }

  @Test("diff and dry run write nothing and show no Secret's value")
  func dryRun() async throws {
    try await withSite { site in
      try #require(
        Fixture.text("postgresql/rendered/small/postgresql-instance.yaml").contains(secret))
      let before = try await site.tip()
      let receipt = site.directory.appending(path: "receipt.json")
      let flags = Rendering.small.flags
      let endings = [
        try await site.run("write", flags + ["--dry-run", "--receipt", receipt.path]),
        try await site.run("diff", flags, expecting: 1),
        try await site.run("diff", flags + ["-o", "json"], expecting: 1),
      ]
      for ending in endings {
        #expect(ending.output.contains("postgresql-instance.yaml"))
        #expect(!ending.everything.contains(secret), "\(ending)")
      }
      #expect(try await site.tip() == before)
      #expect(!FileManager.default.fileExists(atPath: receipt.path))
    }
  }

  @Test("a changed Secret shows as changed, and neither its old nor its new value")
  func changedSecret() async throws {
    try await withSite { site in
      try await site.run("write", Rendering.small.flags)
      let output = try site.directory.makeDirectory("output")
      let text = try Fixture.text("postgresql/rendered/small/postgresql-instance.yaml")
      try output.write(text.replacing(secret, with: "tr0ub4dor"), to: "postgresql-instance.yaml")
      let changed = Rendering(directory: output)
      for command in ["diff", "verify"] {
        let ending = try await site.run(command, changed.flags, expecting: 1)
        #expect(ending.output.contains("(redacted)"), "\(ending)")
        #expect(!ending.everything.contains(secret), "\(ending)")
        #expect(!ending.everything.contains("tr0ub4dor"), "\(ending)")
      }
    }
  }

  /// Secrets as people and templates spell them; each holds `hunter2` and nothing else to hide.
  private static let spellings = [
    "crlf": "kind: Secret\r\napiVersion: v1\r\nstringData:\r\n  p: hunter2\r\n",
    "cr": "apiVersion: v1\rkind: Secret\rmetadata: {name: h}\rstringData:\r  p: hunter2\r",
    "continued": "apiVersion: v1\nkind: Secret\nstringData:\n  p: \"a\n\n\nhunter2\"\n",
    "flow": "apiVersion: v1\nkind: Secret\nstringData: {p: [x,\nhunter2], q: \"a\nhunter2\"}\n",
    "block": "apiVersion: v1\nkind: Secret\nstringData:\n  p: |\n    hunter2\n\n    hunter2\n",
    "annotation": """
    apiVersion: v1
    kind: Secret
    metadata:
      name: h
      annotations:
        kubectl.kubernetes.io/last-applied-configuration: |
          {"stringData":{"p":"hunter2"}}

    """,
    "scalar": "apiVersion: v1\nkind: Secret\ndata: hunter2\n",
    "list": "apiVersion: v1\nkind: Secret\nstringData:\n- hunter2\n",
    "comments": """
    # hunter2
    apiVersion: v1
    kind: Secret # hunter2
    stringData:
      # hunter2
      p: x # hunter2
    # hunter2

    """,
    "items": """
    apiVersion: v1
    kind: List
    items:
      - {apiVersion: v1, kind: Secret, stringData: {p: hunter2}}

    """,
    "typed": "apiVersion: v1\nkind: SecretList\nitems:\n  - stringData: {p: hunter2}\n",
    "inside":
      "apiVersion: x/v1\nkind: X\nspec:\n  template:\n    kind: Secret\n    data: {p: hunter2}\n",
    "json": #"{"apiVersion": "v1", "kind": "Secret", "stringData": {"p": "hunter2"}}"#,
    "unreadable": "kind: Secret\nstringData:\n  p: hunter2\n p: [\n",
  ]

  @Test("diff shows no Secret's value however it is spelled, and what is not secret")
  func spelledSecrets() async throws {
    try await withSite { site in
      let output = try site.directory.makeDirectory("output")
      for (name, text) in Self.spellings { try output.write(text, to: "\(name).yaml") }
      try output.write("apiVersion: v1\r\nkind: ConfigMap\r\n", to: "open.yaml")
      let ending = try await site.run("diff", Rendering(directory: output).flags, expecting: 1)
      #expect(!ending.everything.contains("hunter2"), "\(ending)")
      for shown in ["@@ -0,0 +1,4 @@\n", "+  p: (redacted)\n", "+kind: ConfigMap\r\n"] {
        #expect(ending.output.utf8.contains(shown.utf8), "\(shown) in \(ending)")
      }
    }
  }

  @Test("git can apply what diff prints")
  func apply() async throws {
    try await withSite { site in
      let output = try site.directory.makeDirectory("output")
      let rendering = Rendering(directory: output)
      try output.write("a: 1\nb: 2\nc: 3\n", to: "a.yaml")
      try output.write("gone: true\n", to: "b.yaml")
      try await site.run("write", rendering.flags)
      try output.write("a: 1\nb: two\nc: 3\nd: 4\n", to: "a.yaml")
      try output.write("new: true\n", to: "c.yaml")
      try FileManager.default.removeItem(at: output.appending(path: "b.yaml"))
      let diff = try await site.run("diff", rendering.flags, expecting: 1)

      let clone = site.directory.appending(path: "clone")
      try await site.git("clone", "--quiet", site.repository.path, clone.path)
      _ = try await site.git.output(
        ["apply", "--index"], in: clone, input: Array(diff.output.utf8))
      let tree = try await site.git.output(["write-tree"], in: clone).text
      try await site.run("write", rendering.flags)
      #expect(try await site.git("rev-parse", "main^{tree}") == tree)
    }
  }
}
