import Foundation
import Testing

/// A mistake in the platform's manifests, and what is said of it.
struct ConfigurationFault: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let replacing: [String: String]
  let says: [String]

  static let all = [
    ConfigurationFault(
      testDescription: "no YAML", replacing: ["  branch: main": "\tbranch: main"],
      says: ["state-store.yaml:7:", "tab"]),
    ConfigurationFault(
      testDescription: "a wrong type", replacing: ["branch: main": "branch: [main]"],
      says: ["state-store.yaml:7:11: ", "spec.branch", "a list"]),
    ConfigurationFault(
      testDescription: "an unknown authMethod", replacing: ["basicAuth": "kerberos"],
      says: ["state-store.yaml:8:15: ", "spec.authMethod", "basicAuth, ssh", "kerberos"]),
    ConfigurationFault(
      testDescription: "a name that no branch may have",
      replacing: ["branch: main": "branch: 'main..x'"],
      says: ["GitStateStore default", "spec.branch", "main..x"]),
    ConfigurationFault(
      testDescription: "a field given twice", replacing: ["  branch: main": "  url: x\n  url: y"],
      says: ["state-store.yaml:7:", "url"]),
    ConfigurationFault(
      testDescription: "a state store that is not there",
      replacing: ["kind: GitStateStore\n    name: default": "kind: GitStateStore\n    name: other"],
      says: ["GitStateStore other", "not in the configuration"]),
    ConfigurationFault(
      testDescription: "an unknown filepath mode", replacing: ["nestedByMetadata": "flat"],
      says: ["destinations.yaml:13:11: ", "spec.filepath.mode", "flat"]),
    ConfigurationFault(
      testDescription: "two Destinations of one name",
      replacing: ["name: platform": "name: worker"],
      says: ["destinations.yaml:15:1: ", "Destination/worker", "destinations.yaml:1:1 already"]),
    ConfigurationFault(
      testDescription: "a selector that asks for nothing",
      replacing: ["    - matchLabels:": "    - matchLabel:"],
      says: ["promise.yaml:9:", "spec.destinationSelectors[0].matchLabels is missing"]),
    ConfigurationFault(
      testDescription: "a selector that is no list",
      replacing: ["    - matchLabels:": "    matchLabels:"],
      says: ["promise.yaml:", "spec.destinationSelectors"]),
  ]
}

@Suite("Bad configuration and requests", .timeLimit(.minutes(5)))
struct ConfigurationFaultTests {
  @Test("end with 2, by file, line and field", arguments: ConfigurationFault.all)
  func fault(_ fault: ConfigurationFault) async throws {
    try await withSite { site in
      let configuration = ["--config", try site.configuration(replacing: fault.replacing)]
      let request = ["--request", Fixture.path("postgresql/requests/small.yaml")]
      let before = try await site.tip()
      for (command, arguments) in [
        ("write", Rendering.small.flags), ("verify", request),
      ] {
        let ending = try await site.runConfigured(
          command, configuration + arguments, expecting: 2)
        #expect(ending.errors.hasPrefix("invalid-configuration: "), "\(ending)")
        for words in fault.says { #expect(ending.errors.contains(words), "\(ending)") }
        #expect(ending.output.isEmpty)
      }
      #expect(try await site.tip() == before)
    }
  }

  @Test(
    "name what is wrong in a request",
    arguments: [
      ("a: [\n", "request.yaml:2:1: "),
      ("spec: {}\n", "request.yaml"),
      ("", "request.yaml"),
      (
        "apiVersion: marketplace.kratix.io/v1alpha1\nkind: postgresql\nmetadata: {name: a}\nspec: 5\n",
        "request.yaml:4:7: spec must be a mapping"
      ),
      (
        "apiVersion: marketplace.kratix.io/v1alpha1\nkind: postgresql\nmetadata:\n  name: [a]\n",
        "request.yaml:4:9: metadata.name"
      ),
      (
        "apiVersion: marketplace.kratix.io/v1alpha1\nkind: postgresql\nmetadata:\n  name: ../x\n",
        "request.yaml:4:9: metadata.name"
      ),
    ])
  func request(text: String, says words: String) async throws {
    try await withSite { site in
      let request = try site.directory.write(text, to: "request.yaml")
      let ending = try await site.run("verify", ["--request", request.path], expecting: 2)
      #expect(ending.errors.hasPrefix("invalid-input: "), "\(ending)")
      #expect(ending.errors.contains(words), "\(ending)")
    }
  }

  @Test(
    "that hold no object are named, with the reason",
    arguments: [
      ("", "it is empty"), ("5\n", "no Kubernetes object"), ("- a\n", "no Kubernetes object"),
      ("apiVersion: v1\nkind: List\nitems: 5\n", "no Kubernetes object"),
    ])
  func passedOver(text: String, says words: String) async throws {
    try await withSite { site in
      let file = try site.directory.write(text, to: "platform.yaml").path
      let ending = try await site.run("status", ["--config", file])
      #expect(ending.errors.contains("\(file): passed over: \(words)"), "\(ending)")
      let directory = try site.directory.makeDirectory("nothing").path
      let none = try await site.run("status", ["--config", directory])
      #expect(none.errors.contains("\(directory): passed over: no .yaml"), "\(none)")
    }
  }

  @Test(
    "include names that Kubernetes would not take",
    arguments: [
      (["--name", " "], "--name is"), (["--name", "PG"], "--name is"),
      (["--destination", ""], "--destination is"),
      (["--destination", "W O"], "--destination is"),
    ])
  func names(flags: [String], says words: String) async throws {
    try await withSite(isInitialized: false) { site in
      var all = ["write", "--repo", site.address] + Rendering.small.flags
      if flags[0] == "--name", let place = all.firstIndex(of: "--name") {
        all.removeSubrange(place...(place + 1))
      }
      let ending = try await site.statestore.run(all + flags)
      #expect(ending.status == 2, "\(ending)")
      #expect(ending.errors.contains(words), "\(ending)")
    }
  }

  @Test("are told from a destination-selectors.yaml that Kratix would not take")
  func selectors() async throws {
    try await withSite { site in
      let metadata = try site.directory.makeDirectory("metadata")
      let flags = Rendering.small.flags + ["--metadata", metadata.path]
      try metadata.write(
        "- directory: a/b\n  matchLabels: {a: b}\n", to: "destination-selectors.yaml")
      let nested = try await site.run("write", flags, expecting: 2)
      #expect(nested.errors.contains("sub-directories are not allowed: a/b"), "\(nested)")
      try metadata.write("- matchLabels: [a]\n", to: "destination-selectors.yaml")
      let shape = try await site.run("write", flags, expecting: 2)
      #expect(shape.errors.contains("destination-selectors.yaml:1:"), "\(shape)")
    }
  }

  @Test("show each Destination with the label that differs where none matches")
  func noDestination() async throws {
    try await withSite { site in
      let configuration = try site.configuration(replacing: [
        "environment: dev\nspec": "environment: test\nspec"
      ])
      let before = try await site.tip()
      let ending = try await site.runConfigured(
        "write", ["--config", configuration] + Rendering.small.flags, expecting: 1)
      #expect(ending.errors.hasPrefix("no-destination: "), "\(ending)")
      for words in [
        "environment=dev",
        "worker: its label environment is test (wanted dev)",
        "platform: its label environment is platform (wanted dev)",
      ] {
        #expect(ending.errors.contains(words), "\(ending)")
      }
      #expect(try await site.tip() == before)
    }
  }

  @Test(
    "show nothing of a Secret",
    arguments: [
      "data: \(Site.password)", "stringData: [\(Site.password)]",
      "data: {password: \(Site.password)}", "stringData: {password: [\(Site.password)]}",
      "stringData: {password: \(Site.password)",
    ])
  func secret(fields: String) async throws {
    try await withSite { site in
      let configuration = try site.configuration()
      try URL(filePath: configuration).write(
        "apiVersion: v1\nkind: Secret\nmetadata: {name: credentials}\n\(fields)\n",
        to: "secret.yaml")
      let ending = try await site.runConfigured(
        "status", ["--config", configuration], expecting: 2)
      #expect(ending.errors.contains("secret.yaml:"), "\(ending)")
      #expect(!ending.everything.contains(Site.password), "\(ending)")
    }
  }

  @Test(
    "include what the environment has", arguments: ["STATESTORE_TIMEOUT", "KRATIX_WORKFLOW_ACTION"])
  func environment(variable: String) async throws {
    try await withSite { site in
      let ending = try await site.run(
        "write", Rendering.small.flags, environment: [variable: "soon"], expecting: 2)
      #expect(ending.errors.contains("\(variable) is soon"), "\(ending)")
    }
  }

  @Test(
    "include what the command line does not have",
    arguments: [
      ["write", "--no-such-flag"], ["no-such-command"], ["verify"], ["write", "--timeout", "soon"],
      ["verify", "--output", "xml", "--request", "x"], ["write"],
      ["write", "--workflow-action", "destroy"],
    ])
  func usage(arguments: [String]) async throws {
    try await withSite(isInitialized: false) { site in
      let ending = try await site.statestore.run(arguments)
      #expect(ending.status == 2, "\(ending)")
      #expect(!ending.errors.isEmpty)
      #expect(ending.output.isEmpty)
    }
  }
}
