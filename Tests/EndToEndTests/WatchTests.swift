import Foundation
import Manifests
import TestSupport
import Testing

extension ClusterSite {
  /// Runs a body while the program watches.
  fileprivate func watching(
    _ arguments: [String] = [], _ body: (Serving) async throws -> Void
  ) async throws -> Statestore.Ending {
    try await site.statestore.runInBackground(
      [
        "watch", "--kubeconfig", kubeconfig, "--listen", "127.0.0.1:0", "--grace", "1s",
        "--interval", "200ms",
      ] + arguments, body)
  }

  /// The condition of a request as `STATUS REASON`.
  fileprivate func landed(_ name: String) -> String? {
    let request = cluster.object("postgresqls", namespace: "default", name)
    let condition = request?.value(at: "/status/conditions")?.sequence?.first {
      $0["type"]?.string == "Landed"
    }
    return condition.map { "\($0["status"]?.string ?? "") \($0["reason"]?.string ?? "")" }
  }

  /// All Events as `TYPE REASON KIND/NAME`, sorted.
  var events: [String] {
    cluster.objects("events").map { event in
      let regarding = event["regarding"]
      return [event["type"], event["reason"]].compactMap { $0?.string }.joined(separator: " ")
        + " \(regarding?["kind"]?.string ?? "")/\(regarding?["name"]?.string ?? "")"
    }.sorted()
  }

  /// Puts the Work of a request into the cluster.
  fileprivate func work(_ name: String, of size: String?) throws {
    try put(place.work(of: size).replacing("postgres-example", with: name))
  }
}

@Suite("The watcher", .timeLimit(.minutes(5)))
struct WatchTests {
  @Test("tells apart what landed, what is empty and what was overwritten, and repeats nothing")
  func story() async throws {
    try await withCluster { place in
      try place.work("postgres-example", of: "small")
      try place.work("empty-one", of: nil)
      try place.work("taken", of: "small")
      let file =
        Rendering(
          directory: Rendering.small.directory, name: "taken"
        ).defaultPlace() + "/postgresql-instance.yaml"
      try await place.site.commitAsSomebody([file: place.place.manifest])
      for name in ["empty-one", "taken"] { try place.request(name) }
      try place.request("postgres-example")
      try place.put(place.place.placement("conditions: [\(place.place.written)]"))
      try place.request("on-its-way", progress: "False")
      let failures = [
        "Warning EmptyOutput Work/postgresql-empty-one-instance-configure-12b21",
        "Warning EmptyOutput postgresql/empty-one",
      ]
      let ending = try await place.watching { serving in
        try await until { place.landed("empty-one") == "False EmptyOutput" }
        try await until { place.landed("taken")?.hasPrefix("False ") == true }
        try await until { place.landed("postgres-example") == "False NeverCommitted" }
        try await place.place.land("postgresql/rendered/small")
        try await until { place.landed("postgres-example") == "True Landed" }
        try await until { place.events.contains("Normal Landed postgresql/postgres-example") }
        #expect(place.landed("on-its-way") == nil)
        for failure in failures { #expect(place.events.contains(failure), "\(place.events)") }
        // The conditions of others are still there.
        let request = place.cluster.object("postgresqls", namespace: "default", "empty-one")
        #expect(request?.value(at: "/status/conditions")?.sequence?.count == 2)

        try await until {
          try await serving.request("GET", "/metrics").text
            .contains("statestore_requests{verdict=\"landed\"} 1")
        }
        let metrics = try await serving.request("GET", "/metrics").text
        #expect(metrics.contains("statestore_requests{verdict=\"pending\"} 1"), "\(metrics)")
        #expect(metrics.contains("name=\"empty-one\",reason=\"EmptyOutput\"} 1"), "\(metrics)")
        #expect(metrics.contains("statestore_landing_seconds_count 1"), "\(metrics)")
        #expect(metrics.contains("statestore_watch_leader 1"), "\(metrics)")
        #expect(metrics.contains("statestore_promise_up{promise=\"postgresql\"} 1"), "\(metrics)")
        let differences = try MetricTable().differences(from: metrics, by: "watch")
        #expect(differences.isEmpty, "\(differences)")
        #expect(try await serving.request("GET", "/livez").status == 200)
        #expect(try await serving.request("GET", "/readyz").status == 200)
        let ready = try await serving.request("GET", "/readyz?verbose").text
        for name in ["api-server", "lease", "store/default", "destination/worker"] {
          #expect(ready.contains("[+]\(name) ok"), "\(ready)")
        }
      }
      #expect(ending.status == 0, "\(ending)")
      #expect(!ending.everything.contains(Site.password))

      // What was said is remembered in the cluster, by the next process too.
      let (events, tip) = (place.events, try await place.site.tip())
      _ = try await place.watching { serving in
        try await until {
          try await serving.request("GET", "/metrics").text
            .contains("statestore_requests{verdict=\"landed\"} 1")
        }
        #expect(place.events == events)
        // It never writes to Git.
        #expect(try await place.site.tip() == tip)
        let path = "\(Rendering.small.defaultPlace())/postgresql-instance.yaml"
        try await place.site.commitAsSomebody([path: nil])
        try await until { place.landed("postgres-example") == "False RemovedLater" }
      }
      // A state store on a path needs no Secret.
      let rights = try DeployedRights("watch").differences(from: place.server.requests)
      #expect(rights == ["unused: get secrets."])
      let new = place.events.filter { !events.contains($0) }
      #expect(new.contains("Warning RemovedLater postgresql/postgres-example"), "\(new)")
    }
  }

  @Test("names the Promise whose requests it may not read, and the rules that are missing")
  func forbidden() async throws {
    try await withCluster { place in
      place.cluster.deny("list postgresqls")
      let ending = try await place.watching { serving in
        try await until {
          try await serving.request("GET", "/metrics").text
            .contains("statestore_promise_up{promise=\"postgresql\"} 0")
        }
      }
      for rule in [
        #"of the Promise postgresql, a ClusterRole needs the rules"#,
        #"resources: ["postgresqls"], verbs: ["get", "list", "watch"]"#,
        #"resources: ["postgresqls/status"], verbs: ["patch"]"#,
      ] {
        #expect(ending.output.contains(rule), "\(ending)")
      }
    }
  }

  @Test("says Unknown while the platform cannot be used, and goes on when it can")
  func unusable() async throws {
    try await withCluster { place in
      try place.request("postgres-example")
      let file = URL(filePath: place.place.configuration).appending(path: "state-store.yaml")
      _ = try await place.watching { _ in
        try await until { place.landed("postgres-example")?.hasPrefix("False ") == true }
        try place.put(
          """
          apiVersion: platform.kratix.io/v1alpha1
          kind: GitStateStore
          metadata: {name: default}
          spec:
            url: https://127.0.0.1:1/state.git
            secretRef: {name: not-there, namespace: default}
          """)
        try await until { place.landed("postgres-example")?.hasPrefix("Unknown ") == true }
        try place.put(String(contentsOf: file, encoding: .utf8))
        try await until { place.landed("postgres-example")?.hasPrefix("False ") == true }
      }
    }
  }

  @Test("says Unknown while the state store is away, and sets no condition where it must not")
  func away() async throws {
    try await withCluster { place in
      try place.request("postgres-example")
      let moved = place.site.directory.appending(path: "moved.git")
      try FileManager.default.moveItem(at: place.site.repository, to: moved)
      _ = try await place.watching { serving in
        try await until { place.landed("postgres-example") == "Unknown StoreUnreadable" }
        try await until {
          try await serving.request("GET", "/metrics").text
            .contains("statestore_store_up{store=\"default\"} 0")
        }
        #expect(place.events.isEmpty)
        try FileManager.default.moveItem(at: moved, to: place.site.repository)
        try await until { place.landed("postgres-example") == "False NoWork" }
      }
      try place.request("postgres-example")
      _ = try await place.watching(["--no-status"]) { serving in
        try await until {
          try await serving.request("GET", "/metrics").text
            .contains("statestore_requests{verdict=\"missing\"} 1")
        }
        #expect(place.landed("postgres-example") == nil)
      }
    }
  }
}
