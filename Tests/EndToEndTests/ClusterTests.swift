import Foundation
import Manifests
import TestSupport
import Testing

/// A state store whose platform is in a cluster, behind an API server.
struct ClusterSite: Sendable {
  let place: DiagnosisSite
  let cluster: TestCluster
  let server: APIServer
  let kubeconfig: String

  var site: Site { place.site }

  /// Runs a command with `--cluster`.
  @discardableResult
  func run(
    _ command: String, _ arguments: [String] = [], expecting status: Int32 = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Statestore.Ending {
    let ending = try await site.statestore.run(
      [command, "--cluster", "--kubeconfig", kubeconfig, "--timeout", "20s"] + arguments)
    #expect(ending.status == status, "\(ending)", sourceLocation: sourceLocation)
    return ending
  }

  /// Puts the objects of a manifest into the cluster.
  func put(_ text: String) throws {
    for object in try ManifestFile(parsing: text, name: "test").objects {
      try cluster.put(object.node)
    }
  }

  /// Puts a request into the cluster, whose pipelines completed some seconds ago.
  ///
  /// - Parameter progress: The condition of its pipelines; `nil` for none yet.
  func request(
    _ name: String, age: Int = 3600, progress: String? = "True", metadata: String = "",
    observed: Int? = nil
  ) throws {
    let time = Date(timeIntervalSinceNow: TimeInterval(-age)).formatted(.iso8601)
    let condition = progress.map {
      """
      status: {observedGeneration: \(observed ?? 1), conditions: [{type: ConfigureWorkflowCompleted, status: "\($0)", \
      reason: PipelinesInProgress, lastTransitionTime: "\(time)"}]}
      """
    }
    try put(
      """
      apiVersion: marketplace.kratix.io/v1alpha1
      kind: postgresql
      metadata: {name: \(name), namespace: default, creationTimestamp: "\(time)"\(metadata)}
      spec: {size: small, database: app}
      \(condition ?? "")
      """)
  }

  static let requests = TestCluster.Resource(
    "marketplace.kratix.io", "v1alpha1", "postgresqls", "postgresql")
}

/// Runs a body with the fixtures' platform in a cluster.
func withCluster(
  configuring: (DiagnosisSite) throws -> Void = { _ in }, faults: APIServer.Faults = .none,
  _ body: (ClusterSite) async throws -> Void
) async throws {
  try await withSite { site in
    let place = try DiagnosisSite(site)
    try configuring(place)
    let cluster = TestCluster(TestCluster.standard + TestCluster.kratix + [ClusterSite.requests])
    try await APIServer.with(cluster, faults: faults) { server in
      let file = try site.directory.write(
        server.kubeconfig(user: "{token: \(Site.password)}"), to: "kubeconfig")
      let found = ClusterSite(
        place: place, cluster: cluster, server: server, kubeconfig: file.path)
      for name in ["promise", "destinations", "state-store", "secret"] {
        let file = URL(filePath: place.configuration).appending(path: "\(name).yaml")
        try found.put(String(contentsOf: file, encoding: .utf8))
      }
      try await body(found)
    }
  }
}

@Suite("A cluster as the source", .timeLimit(.minutes(5)))
struct ClusterTests {
  @Test("gives every request to verify, so that one made later without output is found")
  func verify() async throws {
    try await withCluster { place in
      try await place.run("write", Rendering.small.flags)
      try place.request("postgres-example")
      let landed = try await place.run("verify")
      #expect(landed.output.contains("1 of 1 landed"), "\(landed)")

      try place.request("made-later")
      try place.request("just-made", age: 20, progress: nil)
      try place.request("just-done", age: 20)
      try place.request("just-changed", metadata: ", generation: 2", observed: 1)
      try place.request("leaving", metadata: #", deletionTimestamp: "2026-01-01T00:00:00Z""#)
      let missing = try await place.run("verify", expecting: 1)
      #expect(missing.output.contains("made-later"), "\(missing)")
      #expect(missing.output.contains("1 of 2 landed"), "\(missing)")
      for name in ["just-made", "just-done", "just-changed", "leaving"] {
        #expect(!missing.output.contains(name), "\(missing)")
      }
      #expect(missing.errors.contains("on their way: default/just-changed, default/just-done"))
      // Pipelines that do not end are no excuse for ever.
      try place.request("just-made", age: 1200, progress: "False")
      let stuck = try await place.run("verify", expecting: 1)
      #expect(stuck.output.contains("just-made"), "\(stuck)")

      let other = try await place.run("verify", ["--namespace", "elsewhere"])
      #expect(other.output.contains("0 of 0 landed"), "\(other)")
      // A state store on a path needs no Secret.
      let rights = try DeployedRights("verify").differences(from: place.server.requests)
      #expect(rights == ["unused: get secrets."], "\(place.server.requests)")
    }
  }

  @Test("gives the Works: one without content is named as such")
  func works() async throws {
    try await withCluster { place in
      try place.request("postgres-example")
      try place.put(place.place.work(of: nil))
      let empty = try await place.run("verify", expecting: 1)
      #expect(empty.output.contains("Work/postgresql-postgres-example"), "\(empty)")
      try place.put(place.place.work(of: "small"))
      try await place.place.land("postgresql/rendered/small")
      try await place.run("verify")
    }
  }

  @Test("serves write, diff, status and remove, and takes manifests above what it has")
  func commands() async throws {
    try await withCluster { place in
      try await place.run("diff", Rendering.small.flags, expecting: 1)
      try await place.run("write", Rendering.small.flags)
      try await place.run("diff", Rendering.small.flags)
      let status = try await place.run("status")
      #expect(status.output.contains("postgres-example"), "\(status)")
      let above = try place.site.directory.write(
        """
        apiVersion: platform.kratix.io/v1alpha1
        kind: Destination
        metadata: {name: worker, labels: {environment: dev}}
        spec: {path: elsewhere, stateStoreRef: {kind: GitStateStore, name: default}}
        """, to: "above.yaml")
      let moved = try await place.run(
        "diff", ["--config", above.path] + Rendering.small.flags, expecting: 1)
      #expect(moved.output.contains("elsewhere/resources"), "\(moved)")
      try await place.run("remove", Rendering.small.wholeRequest)
    }
  }

  private static let diagnosed = FailureCase.inKratix.filter { row in
    ["F8", "F16", "F17"].contains(row.testDescription.prefix { $0 != ":" })
  }

  @Test("gives diagnose the evidence that kubectl would print", arguments: diagnosed)
  func diagnose(row: FailureCase) async throws {
    try await withCluster { place in
      var arguments = try await row.prepare(place.place)
      let file = URL(filePath: place.place.configuration).appending(path: "destinations.yaml")
      try place.put(String(contentsOf: file, encoding: .utf8))
      while let index = arguments.firstIndex(of: "--dump") {
        try place.put(String(contentsOfFile: arguments[index + 1], encoding: .utf8))
        arguments.removeSubrange(index...index + 1)
      }
      try place.request("postgres-example")
      let ending = try await place.run(
        "diagnose",
        ["-o", "json", "--promise", "postgresql", "--name", "postgres-example"] + arguments,
        expecting: 1)
      let links = try #require(ending.document()["links"]?.sequence, "\(ending)")
      let broken = links.first { $0["state"]?.string == "broken" }
      #expect(broken?["fault"]?.string == row.fault, "\(ending)")
      #expect(broken?["name"]?.string == row.link, "\(ending)")
    }
  }

  @Test("is asked for the Secrets that state stores name, and for no others")
  func secrets() async throws {
    try await withCluster { place in
      try place.put(
        """
        apiVersion: platform.kratix.io/v1alpha1
        kind: GitStateStore
        metadata: {name: other}
        spec: {url: "https://git.example.com/state.git", secretRef: {name: named, namespace: team}}
        ---
        {apiVersion: v1, kind: Secret, metadata: {name: named, namespace: team}, data: {password: QQ==}}
        ---
        {apiVersion: v1, kind: Secret, metadata: {name: others, namespace: team}, data: {a: QQ==}}
        """)
      let ending = try await place.run("status", ["--log-level", "trace"])
      let asked = place.server.requests.filter { $0.contains("/secrets") }
      #expect(asked == ["GET /api/v1/namespaces/team/secrets/named"])
      #expect(!ending.everything.contains(Site.password))
    }
  }

  private struct Fault {
    let status: Int32
    let words: [String]
    let prepare: @Sendable (TestCluster) throws -> Void
    let undo: @Sendable (TestCluster) -> Void

    /// A right that is missing.
    static func denied(_ rule: String, _ words: String...) -> Fault {
      Fault(status: 3, words: words) {
        $0.deny(rule)
      } undo: {
        $0.allow(rule)
      }
    }

    /// A kind that is not installed.
    static func missing(_ resource: TestCluster.Resource, _ words: String) -> Fault {
      Fault(status: 2, words: [words]) {
        $0.uninstall(resource.plural)
      } undo: {
        $0.install(resource)
      }
    }

    /// An object that does not fit its schema.
    static func broken(_ kind: String, _ plural: String, _ spec: Node, _ words: String...) -> Fault
    {
      Fault(status: 2, words: ["\(kind)/broken of http://"] + words) {
        try $0.put([
          "apiVersion": "platform.kratix.io/v1alpha1", "kind": Node(.string(kind)),
          "metadata": ["name": "broken"], "spec": spec,
        ])
      } undo: {
        $0.delete(plural, "broken")
      }
    }
  }

  private static let destinations = TestCluster.Resource(
    "platform.kratix.io", "v1alpha1", "destinations", "Destination", isNamespaced: false)

  private static let faults: [Fault] = [
    .denied(
      "list destinations", "authentication-failed",
      #"resources: ["destinations"], verbs: ["list"]"#),
    Fault(status: 3, words: ["authentication-failed", "have expired"]) {
      $0.accept(["another"])
    } undo: {
      $0.accept([Site.password])
    },
    .missing(destinations, "Destination of platform.kratix.io is not installed"),
    .broken(
      "Destination", "destinations",
      ["stateStoreRef": ["kind": "GitStateStore", "name": "default"]], "spec.path is missing"),
    // The others are judged all the same.
    .broken("Promise", "promises", ["api": "none"], "1 of 1 landed"),
    .denied("list postgresqls", #"resources: ["postgresqls"], verbs: ["list"]"#),
    .missing(ClusterSite.requests, "postgresql of marketplace.kratix.io"),
    .denied("list works", #"resources: ["works"], verbs: ["list"]"#, "1 of 1 landed"),
  ]

  @Test("that cannot be read says so, and calls nothing missing")
  func unreadable() async throws {
    try await withCluster { place in
      try await place.place.land("postgresql/rendered/small")
      try place.request("postgres-example")
      for fault in Self.faults {
        try fault.prepare(place.cluster)
        let ending = try await place.run("verify", expecting: fault.status)
        for word in fault.words { #expect(ending.everything.contains(word), "\(ending)") }
        #expect(!ending.output.contains("missing"))
        #expect(!ending.everything.contains(Site.password))
        fault.undo(place.cluster)
      }
      try await place.run("verify")
    }
  }

  @Test("that is away, or is another's, or is not named")
  func away() async throws {
    try await withCluster { place in
      let context = try await place.run("verify", ["--context", "prod"], expecting: 2)
      #expect(context.errors.contains("there is no context prod; there are: test"))
      let statestore = place.site.statestore
      let none = try await statestore.run(["verify", "--cluster"])
      #expect(none.status == 2 && none.errors.contains("--kubeconfig"), "\(none)")
      let useless = try await statestore.run(["status", "--context", "a", "--repo", "b"])
      #expect(useless.status == 2 && useless.errors.contains("are for --cluster"), "\(useless)")
      let server = try await statestore.run([
        "verify", "--cluster", "--server", "http://127.0.0.1:1", "--all",
      ])
      #expect(server.status == 2 && server.errors.contains("--cluster"), "\(server)")
      let gone = try place.site.directory.write(
        place.server.kubeconfig().replacing(place.server.address, with: "https://127.0.0.1:1"),
        to: "gone")
      let away = try await statestore.run(["verify", "--cluster", "--kubeconfig", gone.path])
      #expect(away.status == 3 && away.errors.contains("connection refused"), "\(away)")
    }
  }
}
