import Foundation
import Manifests
import Testing

/// An output that went wrong in real life, and the rules that must say so.
struct BrokenOutput: Sendable, CustomTestStringConvertible {
  let name: String
  let rules: Set<String>

  var testDescription: String { name }

  static let all = [
    BrokenOutput(name: "empty", rules: ["not-landed"]),
    BrokenOutput(
      name: "first-document-only", rules: ["missing-resource", "dangling-reference"]),
    BrokenOutput(name: "placeholder-left", rules: ["placeholder-left"]),
    BrokenOutput(name: "namespace-broken", rules: ["wrong-namespace"]),
    BrokenOutput(name: "sizes-not-applied", rules: ["field-mismatch"]),
    BrokenOutput(name: "fields-merged", rules: ["unknown-field"]),
    BrokenOutput(name: "readme-alone", rules: ["not-a-manifest"]),
    BrokenOutput(name: "invalid-yaml", rules: ["invalid-yaml"]),
    BrokenOutput(name: "other-namespace", rules: ["wrong-namespace"]),
  ]
}

@Suite("A fixture that is written and verified", .timeLimit(.minutes(5)))
struct FixtureTests {
  @Test("has no case that this table does not know")
  func all() throws {
    let cases = try FileManager.default.contentsOfDirectory(atPath: Fixture.path("broken"))
    #expect(Set(cases) == Set(BrokenOutput.all.map(\.name)))
  }

  @Test("gets the finding that names its defect", arguments: BrokenOutput.all)
  func broken(output: BrokenOutput) async throws {
    try await withSite { site in
      let configuration = ["--config", try site.configuration()]
      let request = Fixture.path("broken/\(output.name)/request.yaml")
      let rendering = try rendering(for: request, at: "broken/\(output.name)/rendered")
      if output.name == "empty" {
        // Git keeps no empty directory.
        let empty = try site.directory.makeDirectory("empty")
        let flags = Rendering(
          directory: empty, namespace: rendering.namespace, name: rendering.name
        ).flags
        try await site.runConfigured("write", configuration + flags, expecting: 1)
      } else {
        try await site.runConfigured("write", configuration + rendering.flags)
      }
      let ending = try await site.runConfigured(
        "verify", configuration + ["--request", request, "-o", "json"], expecting: 1)
      let findings =
        try ending.document().value(at: "/resources/0/findings")?.sequence ?? []
      let errors = findings.filter { $0["severity"]?.string == "error" }
      #expect(Set(errors.compactMap { $0["rule"]?.string }) == output.rules, "\(ending)")
      // A person sees the same names.
      let text = try await site.runConfigured(
        "verify", configuration + ["--request", request], expecting: 1)
      for rule in output.rules { #expect(text.output.contains("error \(rule)"), "\(text)") }
    }
  }

  @Test("is landed when it is good", arguments: ["small", "medium", "large"])
  func good(size: String) async throws {
    try await withSite { site in
      let configuration = ["--config", try site.configuration()]
      let request = Fixture.path("postgresql/requests/\(size).yaml")
      let rendering = try rendering(for: request, at: "postgresql/rendered/\(size)")
      try await site.runConfigured("write", configuration + rendering.flags)
      let ending = try await site.runConfigured(
        "verify", configuration + ["--request", request, "-o", "json"])
      let report = try ending.document()
      #expect(report.value(at: "/resources/0/verdict")?.string == "landed", "\(ending)")
      #expect(report.value(at: "/summary/errors")?.integer == 0)
      try await site.runConfigured(
        "verify", configuration + ["--request", request, "--fail-on", "warning"], expecting: 1)
      try await site.runConfigured(
        "verify",
        configuration + [
          "--request", request, "--fail-on", "warning", "--rule", "plaintext-secret=off",
        ])
    }
  }

  private func rendering(for request: String, at path: String) throws -> Rendering {
    let bytes = try Data(contentsOf: URL(filePath: request))
    let object = try #require(ManifestFile(parsing: bytes, name: request).objects.first)
    return Rendering(
      directory: Fixture.directory(path), namespace: object.identity.namespace ?? "default",
      name: object.identity.name)
  }
}
