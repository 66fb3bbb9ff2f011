import Foundation
import Manifests
import TestSupport
import Testing

@Suite("A check of everything", .timeLimit(.minutes(5)))
struct VerifyAllTests {
  private let quiet = ["--rule", "plaintext-secret=off"]

  /// Lands good outputs under names of their own.
  private func land(_ names: [String], on site: DiagnosisSite) async throws {
    try await site.site.runConfigured("init", ["--config", site.configuration])
    for name in names {
      let text = try Fixture.text("postgresql/rendered/small/postgresql-instance.yaml")
      try site.directory.write(
        text.replacing("postgres-example", with: name), to: "\(name)/instance.yaml")
      let rendering = Rendering(directory: site.directory.appending(path: name), name: name)
      try await site.site.runConfigured(
        "write", ["--config", site.configuration] + rendering.flags)
    }
  }

  @Test("remembers no conflict of two resources longer than it lasts")
  func rememberedConflict() async throws {
    try await withSite { site in
      let place = try DiagnosisSite(site)
      try await land(["one", "two"], on: place)
      let shared = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shared, labels: {a: "
      let files = ["one", "two"].map { name in
        "\(Rendering(directory: site.directory, name: name).defaultPlace())/shared.yaml"
      }
      try await site.commitAsSomebody([files[0]: shared + "b}}\n", files[1]: shared + "c}}\n"])
      let state = site.directory.appending(path: "state").path
      let arguments =
        ["--config", place.configuration, "--all", "--state", state] + quiet
        + ["--rule", "modified-file=off", "--rule", "unexpected-resource=off"]
      for change in ["# once", "# twice"] {
        try await site.commitAsSomebody(["README.md": change])
        let found = try await site.runConfigured("verify", arguments, expecting: 1)
        #expect(
          found.output.components(separatedBy: "error duplicate-resource").count == 2, "\(found)")
      }
      try await site.commitAsSomebody([files[0]: String?.none])
      let solved = try await site.runConfigured("verify", arguments)
      #expect(!solved.output.contains("duplicate-resource"), "\(solved)")
    }
  }

  @Test("finds what is wrong by the paths alone, and remembers what it found")
  func remembered() async throws {
    try await withSite { site in
      let place = try DiagnosisSite(site)
      try await land(["one", "two", "three"], on: place)
      let state = site.directory.appending(path: "state").path
      let arguments = ["--config", place.configuration, "--all", "--state", state] + quiet
      let first = try await site.runConfigured("verify", arguments)
      #expect(first.output.hasPrefix("3 of 3 landed (main of "), "\(first)")
      // Without the objects, what is remembered is enough.
      try FileManager.default.removeItem(at: site.directory.appending(path: "cache"))
      #expect(try await site.runConfigured("verify", arguments).output == first.output)

      let file = "\(Rendering(directory: site.directory, name: "two").defaultPlace())/instance.yaml"
      let text = try Fixture.text("postgresql/rendered/small/postgresql-instance.yaml")
        .replacing("postgres-example", with: "two")
      try await site.commitAsSomebody([file: text.replacing("storage: 1Gi", with: "storage: 7Gi")])
      let changed = try await site.runConfigured("verify", arguments, expecting: 1)
      #expect(changed.output.contains("wrong postgresql default/two"))
      #expect(changed.output.contains("error field-mismatch PersistentVolumeClaim/two-pvc"))
      #expect(changed.output.contains("warning foreign-commit"))
      #expect(changed.output.contains("2 of 3 landed, 1 wrong"))
      let again = try await site.runConfigured("verify", arguments, expecting: 1)
      #expect(again.output == changed.output)
      let forgotten = try await site.runConfigured(
        "verify", ["--config", place.configuration, "--all"] + quiet, expecting: 1)
      #expect(forgotten.output == changed.output)
      // A file that is none of ours is no memory.
      try Data("nothing".utf8).write(to: URL(filePath: state))
      let damaged = try await site.runConfigured("verify", arguments, expecting: 1)
      #expect(damaged.output == changed.output)
      // Where nothing can be kept, the result is told all the same, and why.
      for place in [site.directory.path, site.directory.path + "/none/state"] {
        let misplaced = try await site.runConfigured(
          "verify", arguments.map { $0 == state ? place : $0 }, expecting: 1)
        #expect(misplaced.output == changed.output)
        #expect(misplaced.errors.contains("\(place): cannot be written: "), "\(misplaced)")
      }
    }
  }

  @Test("tells what was removed from what never landed")
  func removed() async throws {
    try await withSite { site in
      let place = try DiagnosisSite(site)
      let request =
        ["--config", place.configuration, "--request"]
        + [Fixture.path("postgresql/requests/small.yaml")]
      let never = try await site.runConfigured("verify", request, expecting: 1)
      #expect(never.output.contains("cause: it never landed"), "\(never)")
      try await place.land("postgresql/rendered/small")
      let file = "\(Rendering.small.defaultPlace())/postgresql-instance.yaml"
      try await site.commitAsSomebody([file: nil])
      let gone = try await site.runConfigured("verify", request + ["-o", "json"], expecting: 1)
      let finding = try #require(gone.document().value(at: "/resources/0/findings/0"))
      #expect(finding["cause"]?.string?.contains("removed by Somebody at ") == true, "\(gone)")
      #expect(finding.value(at: "/removed/subject")?.string == "By hand")
      #expect(finding.value(at: "/landed/subject")?.string?.hasPrefix("Update from: ") == true)
    }
  }

  @Test(
    "tells Kratix's own removal, and ours, from one by hand",
    arguments: [
      ("kratix", "Delete from: postgresql-postgres-example-instance-configure-1a2b3.worker-5058f"),
      ("kratix", "Update from: postgresql-postgres-example-instance-configure-1a2b3.worker-5058f"),
      (
        "Somebody", "Delete from: postgresql-postgres-example-instance-configure-1a2b3.worker-5058f"
      ),
    ])
  func removedByKratix(author: String, subject: String) async throws {
    try await withSite { site in
      let place = try DiagnosisSite(site)
      let request =
        ["--config", place.configuration, "--request"]
        + [Fixture.path("postgresql/requests/small.yaml")]
      try await place.land("postgresql/rendered/small")
      let file = "\(Rendering.small.defaultPlace())/postgresql-instance.yaml"
      try await site.commitAsSomebody([file: nil], message: subject, author: author)
      let gone = try await site.runConfigured("verify", request, expecting: 1)
      let isKratixs = author == "kratix" && subject.hasPrefix("Delete")
      #expect(gone.output.contains("the Work was deleted") == isKratixs, "\(gone)")
      #expect(gone.output.contains("git revert \(try await site.tip().prefix(7))") != isKratixs)
      let diagnosis = try await site.runConfigured("diagnose", request, expecting: 1)
      let fault = isKratixs ? "work-deleted" : "removed-later"
      #expect(diagnosis.output.contains("(\(fault)"), "\(diagnosis)")
    }
  }

  @Test("names the commit that brought a wrong field, and not the last one of its file")
  func introduced() async throws {
    try await withSite { site in
      let place = try DiagnosisSite(site)
      try await place.land("broken/namespace-broken/rendered")
      let landed = try await site.tip()
      let file = try #require(try await site.files().first { $0.contains("/postgres-example/") })
      let text = try await site.git("show", "main:\(file)")
      try await site.commitAsSomebody([
        file: "# pinned\n" + text.replacing("postgres:15-alpine", with: "postgres:15.4-alpine")
          + "\n"
      ])
      let ending = try await site.runConfigured(
        "verify",
        [
          "--config", place.configuration, "-o", "json", "--request",
          Fixture.path("postgresql/requests/small.yaml"),
        ], expecting: 1)
      let findings = try ending.document().value(at: "/resources/0/findings")?.sequence ?? []
      let wrong = findings.filter { $0["rule"]?.string == "wrong-namespace" }
      #expect(!wrong.isEmpty, "\(ending)")
      for finding in wrong {
        #expect(finding.value(at: "/introduced/id")?.string == landed, "\(finding)")
      }
    }
  }

  @Test("does not name the person who merged what Kratix landed and removed")
  func merged() async throws {
    try await withSite { site in
      let place = try DiagnosisSite(site)
      let request =
        ["--config", place.configuration, "--request"]
        + [Fixture.path("postgresql/requests/small.yaml")]
      let start = try await site.tip()
      try await place.land("postgresql/rendered/small")
      let landed = try await site.mergeAsSomebody(into: start)
      let good = try await site.runConfigured("verify", request)
      #expect(!good.output.contains("foreign-commit"), "\(good)")
      try await site.run("remove", Rendering.small.wholeRequest)
      let removed = try await site.tip()
      _ = try await site.mergeAsSomebody(into: landed)
      let gone = try await site.runConfigured("verify", request, expecting: 1)
      #expect(gone.output.contains("removed: \(removed.prefix(7)) "), "\(gone)")
    }
  }

  @Test(
    "finds by the commits alone what was changed since it landed",
    arguments: ["nestedByMetadata", "none"])
  func content(mode: String) async throws {
    try await withSite { site in
      let file = try site.directory.write(
        """
        {apiVersion: platform.kratix.io/v1alpha1, kind: GitStateStore, metadata: {name: one},
         spec: {url: "\(site.address)", branch: main}}
        ---
        {apiVersion: platform.kratix.io/v1alpha1, kind: Destination,
         metadata: {name: worker, labels: {environment: dev}},
         spec: {path: "", stateStoreRef: {kind: GitStateStore, name: one}, filepath: {mode: \(mode)}}}
        """.replacing("path: \"\"", with: "path: worker"), to: "platform.yaml")
      let config = ["--config", file.path, Fixture.path("postgresql/promise.yaml")]
      let output = try site.directory.makeDirectory("output")
      let text = "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: default}}\n"
      try output.write(text, to: "a.yaml")
      let rendering = Rendering(directory: output).flags
      try await site.runConfigured("write", config + rendering)
      let all = config + ["--all", "--rule", "missing-resource=off"]
      let good = try await site.runConfigured("verify", all)
      #expect(good.output.contains("landed postgresql default/postgres-example"), "\(good)")

      let landed = try #require(try await site.files().first { $0.hasSuffix("a.yaml") })
      try await site.commitAsSomebody([landed: text + "# by hand\n"])
      let bad = try await site.runConfigured(
        "verify", all + ["--rule", "foreign-commit=off"], expecting: 1)
      #expect(bad.output.contains("error modified-file"), "\(bad)")
      #expect(bad.output.contains("someone changed it after \"Update from: "), "\(bad)")
      // What Kratix wrote since says nothing of its content, and is no change by hand.
      let subject = try await site.git("log", "--format=%s", "--grep=Update", "-1", "main")
      try await site.commitAsSomebody([landed: text + "# by Kratix\n"], message: subject)
      let kratix = try await site.runConfigured(
        "verify", all + ["--rule", "foreign-commit=off"])
      #expect(kratix.output.contains("landed postgresql default/postgres-example"), "\(kratix)")
    }
  }

  @Test("writes its result to a file as a whole", arguments: ["junit", "sarif", "prometheus"])
  func outputFile(format: String) async throws {
    try await withSite { site in
      let place = try DiagnosisSite(site)
      try await land(["one"], on: place)
      let file = site.directory.appending(path: "result").path
      let ending = try await site.runConfigured(
        "verify",
        ["--config", place.configuration, "--all", "-o", format, "--output-file", file])
      #expect(ending.output.isEmpty)
      let text = try String(contentsOf: URL(filePath: file), encoding: .utf8)
      let sign = [
        "junit": "<testsuite name=\"worker\"", "sarif": "\"2.1.0\"",
        "prometheus": "verdict=\"landed\"} 1",
      ]
      #expect(text.contains(sign[format] ?? "?"), "\(text)")
    }
  }

  @Test("prints its result where a file cannot be written", arguments: ["state", "output-file"])
  func unwritable(flag: String) async throws {
    try await withSite { site in
      let place = try DiagnosisSite(site)
      try await land(["one"], on: place)
      let file = site.directory.appending(path: "no/such/directory/file").path
      let arguments = ["--config", place.configuration, "--all", "--\(flag)", file]
      let good = try await site.runConfigured("verify", arguments + quiet, expecting: 2)
      #expect(good.output.contains("1 of 1 landed"), "\(good)")
      #expect(good.errors.contains(file), "\(good)")
      // What was found is graver than what could not be written.
      let bad = try await site.runConfigured(
        "verify", arguments + ["--fail-on", "warning"], expecting: 1)
      #expect(bad.output.contains("plaintext-secret"), "\(bad)")
      #expect(bad.errors.contains(file), "\(bad)")
    }
  }

  @Test("waits until what is asked for has landed")
  func waiting() async throws {
    try await withSite { site in
      let place = try DiagnosisSite(site)
      let request = [
        "--config", place.configuration, "--request",
        Fixture.path("postgresql/requests/small.yaml"),
      ]
      let tooLate = try await site.runConfigured(
        "verify", request + ["--wait", "50ms"], expecting: 1)
      #expect(tooLate.output.contains("not-landed"))
      async let waited = site.runConfigured("verify", request + ["--wait", "2m"])
      try await place.land("postgresql/rendered/small")
      #expect(try await waited.output.contains("1 of 1 landed"))
    }
  }

  @Test("of nothing that was asked for is no finding, and of no source is a usage error")
  func nothing() async throws {
    try await withSite { site in
      let list = try site.directory.write(
        "{apiVersion: v1, kind: List, items: []}\n", to: "list.yaml")
      try await site.run("verify", ["--request", list.path])
      let empty = try site.directory.write("# nothing\n", to: "empty.yaml")
      try await site.run("verify", ["--request", empty.path], expecting: 2)
      try await site.run("verify", expecting: 2)
      let rule = try await site.statestore.run(["rule", "not-a-rule"])
      #expect(rule.status == 2)
      let page = try await site.statestore.run(["rule", "stale"])
      #expect(page.output.contains("Causes:"))
      let check = try await site.statestore.run([
        "expectation", "check", Fixture.path("expectations/redis.yaml"),
      ])
      #expect(check.status == 0, "\(check)")
      let fault = try await site.statestore.run(["expectation", "check", list.path])
      #expect(fault.status == 2)
      let draft = try await site.statestore.run([
        "expectation", "from", "--rendered", Fixture.path("postgresql/rendered/small"),
        "--request", Fixture.path("postgresql/requests/small.yaml"),
      ])
      #expect(draft.status == 0, "\(draft)")
      let file = try site.directory.write(draft.output, to: "draft.yaml")
      let again = try await site.statestore.run(["expectation", "check", file.path])
      #expect(again.status == 0, "\(again)")
    }
  }

  @Test("writes an Expectation from what has landed, and compares requests with each other")
  func learned() async throws {
    try await withSite { site in
      func file(_ name: String, _ level: String = "info") -> (String, String?) {
        (
          "worker/resources/default/webapp/\(name)/configure/5058f/app.yaml",
          "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: \(name)-settings, namespace: default},"
            + " data: {level: \(level)}}\n"
        )
      }
      let good = ["shop", "mail", "search", "billing"].map { file($0) }
      try await site.commitAsSomebody(Dictionary(uniqueKeysWithValues: good))
      let quiet = ["--all", "--rule", "foreign-commit=off"]
      let all = try await site.run("verify", quiet)
      #expect(all.output.contains("compared with 3 other requests"), "\(all)")
      let draft = try await site.runConfigured(
        "expectation", ["from", "--repo", site.address, "--promise", "webapp"])
      #expect(draft.output.contains("# Learned from 4 samples"), "\(draft)")
      #expect(draft.output.contains("$(name)-settings"), "\(draft)")
      let expectation = try site.directory.write(draft.output, to: "webapp.yaml")
      try await site.commitAsSomebody(Dictionary(uniqueKeysWithValues: [file("mail", "debug")]))
      let warned = try await site.run("verify", quiet)
      #expect(
        warned.output.contains("warning unlike-siblings ConfigMap/mail-settings"), "\(warned)")
      let refused = try await site.run(
        "verify", quiet + ["--rule", "unlike-siblings=error"], expecting: 1)
      #expect(refused.output.contains("error unlike-siblings"), "\(refused)")
      let expected = try await site.run(
        "verify", quiet + ["--config", expectation.path], expecting: 1)
      #expect(expected.output.contains("error field-mismatch"), "\(expected)")
      try await site.runConfigured(
        "expectation", ["from", "--repo", site.address, "--promise", "none"], expecting: 2)
    }
  }
}
