import Foundation
import Kratix
import Manifests
import TestSupport
import Testing

@Suite struct PlatformTests {
  private static let head = "apiVersion: platform.kratix.io/v1alpha1\n"

  @Test func aStateStoreIsReadWithKratixsDefaults() throws {
    let store = try GitStateStore(
      object(
        Self.head + """
          kind: GitStateStore
          metadata: {name: default}
          spec: {url: https://git.example.com/state.git}
          """))
    #expect(
      store == GitStateStore(name: "default", url: "https://git.example.com/state.git"))
    #expect(store.branch == "main")
    #expect(store.authMethod == .basicAuth)
    #expect(store.authorName == "kratix")
    #expect(store.authorEmail == "")
    #expect(store.secretReference == nil)
  }

  @Test func aStateStoreIsReadInFull() throws {
    let store = try GitStateStore(
      object(
        Self.head + """
          kind: GitStateStore
          metadata: {name: s, unknown: 1}
          spec:
            url: git@git.example.com:org/state.git
            branch: state
            path: /a
            authMethod: ssh
            secretRef: {name: key}
            gitAuthor: {name: Ada, email: ada@example.com}
          """))
    #expect(store.branch == "state" && store.path == "/a" && store.authMethod == .ssh)
    #expect(store.secretReference == .init(name: "key", namespace: "default"))
    #expect(store.authorName == "Ada" && store.authorEmail == "ada@example.com")
  }

  static let storeFaults: [(spec: String, fault: String)] = [
    ("{}", "state.yaml:4:7: spec.url is missing"),
    ("{url: ''}", "state.yaml:4:13: spec.url must be a string that is not empty"),
    ("{url: 7}", "state.yaml:4:13: spec.url must be"),
    (
      "{url: a, authMethod: token}",
      "state.yaml:4:28: spec.authMethod must be one of basicAuth, ssh"
    ),
    ("{url: a, branch: ''}", "state.yaml:4:24: spec.branch must be"),
    ("{url: a, branch: 1}", "state.yaml:4:24: spec.branch must be"),
    ("{url: a, secretRef: {name: [x]}}", "state.yaml:4:34: spec.secretRef.name must be"),
    ("{url: a, secretRef: 5}", "state.yaml:4:27: spec.secretRef must be a mapping"),
    ("{url: a, gitAuthor: 5}", "state.yaml:4:27: spec.gitAuthor must be a mapping"),
    ("[]", "state.yaml:4:7: spec.url is missing"), ("text", "spec.url is missing"),
  ]

  @Test(arguments: storeFaults)
  func aFaultOfAStateStoreNamesItsPlace(spec: String, expected: String) throws {
    let text = Self.head + "kind: GitStateStore\nmetadata: {name: s}\nspec: \(spec)\n"
    let fault = try fault(text) { object throws(ManifestError) in try GitStateStore(object) }
    #expect(fault?.contains(expected) == true, "\(fault ?? "it was read")")
  }

  @Test func aDestinationIsReadWithKratixsDefaults() throws {
    let destination = try Destination(
      object(
        Self.head + """
          kind: Destination
          metadata: {name: worker, labels: {environment: dev, ready: true, level: 1}}
          spec: {path: w/, stateStoreRef: {kind: GitStateStore, name: default}}
          """))
    #expect(
      destination
        == Destination(
          name: "worker", labels: ["environment": "dev", "ready": "true", "level": "1"],
          path: "w/", stateStoreName: "default"))
    #expect(destination.filepathMode == .nestedByMetadata && destination.hasInitWorkloads)
    #expect(!destination.strictMatchLabels && !destination.isBeingDeleted)
  }

  static let destinationFaults: [(metadata: String, spec: String, fault: String)] = [
    ("name: w", "{stateStoreRef: {kind: GitStateStore, name: d}}", ":4:7: spec.path is missing"),
    ("name: w", "{path: '', stateStoreRef: {kind: G, name: d}}", ":4:14: spec.path must be"),
    ("name: w", "{path: w}", "spec.stateStoreRef.kind is missing"),
    (
      "name: w", "{path: w, stateStoreRef: {kind: GitStateStore}}",
      ":4:32: spec.stateStoreRef.name is missing"
    ),
    ("name: w, labels: [a]", "{path: w}", ":3:29: metadata.labels must be a mapping of labels"),
    ("name: W", "{path: w}", ":3:18: metadata.name must be a name of lower-case letters"),
    ("name: ../w", "{path: w}", "metadata.name must be"),
    ("name: a/b", "{path: w}", "metadata.name"),
    ("labels: {}", "{path: w}", ":3:11: metadata.name is missing"),
    (
      "name: w", "{path: w, stateStoreRef: {kind: G, name: d}, filepath: 5}",
      "spec.filepath must be a mapping, not the integer 5"
    ),
    (
      "name: w", "{path: w, stateStoreRef: {kind: G, name: d}, initWorkloads: 5}",
      "spec.initWorkloads must be a mapping, not the integer 5"
    ),
    (
      "name: w", "{path: w, stateStoreRef: {kind: G, name: d}, filepath: {mode: flat}}",
      "spec.filepath.mode must be one of nestedByMetadata, none, aggregatedYAML"
    ),
    (
      "name: w", "{path: w, stateStoreRef: {kind: G, name: d}, strictMatchLabels: 'true'}",
      "spec.strictMatchLabels must be a boolean"
    ),
  ]

  @Test(arguments: destinationFaults)
  func aFaultOfADestinationNamesItsPlace(metadata: String, spec: String, expected: String) throws {
    let text = Self.head + "kind: Destination\nmetadata: {\(metadata)}\nspec: \(spec)\n"
    let fault = try fault(text) { object throws(ManifestError) in try Destination(object) }
    #expect(fault?.contains(expected) == true, "\(fault ?? "it was read")")
  }

  @Test(arguments: [
    "a", "0", "a-b.c", "postgres-example", String(repeating: "n", count: 253), "a..b",
  ])
  func namesOfKubernetesAreTaken(name: String) throws {
    let text = "apiVersion: v1\nkind: Request\nmetadata: {name: '\(name)'}\n"
    #expect(try ResourceRequest(object(text)).name == name)
  }

  @Test(arguments: [
    "", "-a", "a-", ".", "..", "a/b", "a b", "A", "\u{e9}", "a\\n",
    String(repeating: "n", count: 254),
  ])
  func namesThatKubernetesRefusesAreRefused(name: String) throws {
    let text = "apiVersion: v1\nkind: Request\nmetadata: {name: '\(name)'}\n"
    let fault = try fault(text) { object throws(ManifestError) in try ResourceRequest(object) }
    #expect(fault?.contains("state.yaml:3:18: metadata.name") == true)
    let namespace = "apiVersion: v1\nkind: R\nmetadata: {name: a, namespace: '\(name)'}\n"
    #expect(throws: ManifestError.self) { try ResourceRequest(object(namespace)) }
  }

  @Test(arguments: ["platform.kratix.io/v1beta1", "platform.kratix.io", "kratix.io/v1alpha1"])
  func kratixsKindsOfAnotherVersionAreRefused(version: String) throws {
    for kind in ["GitStateStore", "Destination", "Promise"] {
      let text = "apiVersion: \(version)\nkind: \(kind)\nmetadata: {name: a}\n"
      var platform = Platform()
      #expect(throws: ManifestError.self) {
        try platform.add(ManifestFile(parsing: text, name: "platform.yaml"))
      }
    }
  }

  @Test func twoObjectsOfOneNameAreRefusedUnlessTheyAreTheSame() throws {
    var declarations = Declarations()
    try declarations.add(ManifestFile(parsing: Self.manifests, name: "one.yaml"))
    try declarations.add(ManifestFile(parsing: Self.manifests, name: "two.yaml"))
    let other = Self.manifests.replacing("path: w,", with: "path: v,")
    do {
      try declarations.add(ManifestFile(parsing: other, name: "three.yaml"))
      Issue.record("it was taken")
    } catch {
      #expect(
        error.description.hasPrefix(
          "three.yaml:6:1: Destination/worker is at two.yaml:6:1 already"), "\(error)")
    }
  }

  private static let manifests = """
    apiVersion: platform.kratix.io/v1alpha1
    kind: GitStateStore
    metadata: {name: default}
    spec: {url: a}
    ---
    apiVersion: platform.kratix.io/v1alpha1
    kind: Destination
    metadata: {name: worker}
    spec: {path: w, stateStoreRef: {kind: GitStateStore, name: default}}
    ---
    apiVersion: platform.kratix.io/v1alpha1
    kind: Destination
    metadata: {name: bucket}
    spec: {path: b, stateStoreRef: {kind: BucketStateStore, name: default}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: Whatever}
    ---
    apiVersion: statestore.dev/v1alpha1
    kind: Expectation
    metadata: {name: postgresql}
    """

  @Test func aPlatformTakesWhatItKnowsAndPassesOverTheRest() throws {
    var platform = Platform()
    try platform.add(ManifestFile(parsing: Self.manifests, name: "platform.yaml"))
    #expect(Set(platform.destinations.keys) == ["worker", "bucket"])
    #expect(Array(platform.stateStores.keys) == ["default"])
    #expect(platform.expectations.map(\.identity.name) == ["postgresql"])
    let worker = try #require(platform.destinations["worker"])
    #expect(try platform.stateStore(of: worker).url == "a")
    // A bucket is no Git repository, even where one of its name is.
    let bucket = try #require(platform.destinations["bucket"])
    let failure = refusal { () throws(KratixError) in _ = try platform.stateStore(of: bucket) }
    #expect(failure?.code == .invalidConfiguration)
    #expect(failure?.message.contains("BucketStateStore") == true)
    #expect(try platform.usedStateStores().map(\.name) == ["default"])
    #expect(platform.destinations(in: try platform.stateStore(of: worker)) == [worker])
    try platform.keepDestination("worker")
    #expect(Array(platform.destinations.keys) == ["worker"])
    let unknown = refusal { () throws(KratixError) in try platform.keepDestination("nobody") }
    #expect(unknown?.message.contains("there are: worker") == true)
  }

  @Test func aDestinationWhoseStateStoreIsNotThereIsNamed() {
    var platform = Platform()
    platform.add(Destination(name: "worker", path: "w", stateStoreName: "gone"))
    let failure = refusal { () throws(KratixError) in _ = try platform.usedStateStores() }
    #expect(failure?.code == .invalidConfiguration)
    #expect(failure?.message.contains("worker") == true)
    #expect(failure?.message.contains("gone") == true)
  }

  @Test(
    "R14: two Destinations of one directory are refused, and of two state stores taken",
    arguments: [("w", "w"), ("w", "/w"), ("w/", "./w"), ("a/../w", "w"), (".", "/")])
  func twoDestinationsOfOneDirectoryAreRefused(first: String, second: String) {
    var platform = Platform()
    platform.add(GitStateStore(name: "default", url: "a"))
    platform.add(Destination(name: "one", path: first, stateStoreName: "default"))
    platform.add(Destination(name: "two", path: second, stateStoreName: "default"))
    let failure = refusal { () throws(KratixError) in _ = try platform.usedStateStores() }
    #expect(failure?.code == .invalidConfiguration)
    #expect(failure?.message.contains("one and two") == true)
    platform.add(GitStateStore(name: "other", url: "b"))
    platform.add(Destination(name: "two", path: second, stateStoreName: "other"))
    #expect(throws: Never.self) { try platform.usedStateStores() }
    // Another name for the same branch of the same repository is no other place.
    platform.add(GitStateStore(name: "other", url: "a"))
    #expect(throws: KratixError.self) { try platform.usedStateStores() }
    platform.add(GitStateStore(name: "other", url: "a", branch: "other"))
    #expect(throws: Never.self) { try platform.usedStateStores() }
  }
  @Test(
    "R14: Destinations of two state stores that are one branch have to be apart",
    arguments: [
      ("https://git.example.com/a/b.git", "HTTPS://Git.example.com:443/a/b/", "w", "w", false),
      ("https://org@git.example.com/a/b", "https://git.example.com/a/b", "w", "w", false),
      ("git@git.example.com:a/b.git", "ssh://git@git.example.com:22/a/b", "w/x", "w", false),
      ("/srv/state.git", "file:///srv/state", "", "w", false),
      ("/srv/state.git", "file:///srv/state", "w", "w-x", true),
      ("https://git.example.com/a/b", "https://git.example.com/a/B", "w", "w", true),
      ("https://git.example.com/a", "https://git.example.com:8443/a", "w", "w", true),
    ])
  func twoStateStoresOfOneBranch(
    url: String, other: String, path: String, otherPath: String, areApart: Bool
  ) {
    var platform = Platform()
    platform.add(GitStateStore(name: "first", url: url))
    platform.add(GitStateStore(name: "second", url: other))
    platform.add(Destination(name: "one", path: path, stateStoreName: "first"))
    platform.add(Destination(name: "two", path: otherPath, stateStoreName: "second"))
    let failure = refusal { () throws(KratixError) in _ = try platform.usedStateStores() }
    #expect(failure?.code == (areApart ? nil : .invalidConfiguration))
    let names = ["first", "second", "one", "two"]
    #expect(areApart || names.allSatisfy { failure?.message.contains($0) == true })
  }
}
