import Foundation
import Manifests
import TestSupport
import Testing

extension ClusterSite {
  /// The Lease's holder.
  fileprivate func holder(_ name: String) -> String? {
    cluster.object("leases", namespace: "default", name)?.value(at: "/spec/holderIdentity")?.string
  }
}

extension Serving {
  // Connections are closed when a replica begins to act, and when it no longer may.
  fileprivate var isReady: Bool {
    get async { (try? await request("GET", "/readyz"))?.status == 200 }
  }

  fileprivate func saysReady(_ text: String) async -> Bool {
    (try? await request("GET", "/readyz"))?.text.contains(text) == true
  }
}

@Suite("Replicas", .timeLimit(.minutes(5)))
struct ReplicaTests {
  @Test(
    "of the watcher: another one goes on when the one that acts is killed, and repeats no Event")
  func watcher() async throws {
    try await withCluster { place in
      for name in ["first", "second"] { try place.request(name) }
      let arguments = [
        "watch", "--kubeconfig", place.kubeconfig, "--listen", "127.0.0.1:0", "--grace", "1s",
        "--interval", "100ms", "--lease-duration", "3s",
      ]
      let ending = try await place.site.statestore.runInBackground(arguments) { first in
        try await until { place.cluster.objects("events").count == 2 }
        let (holder, events) = (place.holder("statestore-watch"), place.events)
        _ = try await place.site.statestore.runInBackground(arguments) { second in
          try await until { await second.saysReady("ok") }
          first.kill()
          try await until {
            try await second.request("GET", "/metrics").text
              .contains("statestore_requests{verdict=\"missing\"} 2")
          }
          #expect(place.holder("statestore-watch") != holder)
          #expect(place.events == events)
          // It acts: what changes now is said.
          try place.request("third")
          try await until { place.cluster.objects("events").count == 3 }
        }
      }
      #expect(ending.status == -SIGKILL)
    }
  }

  @Test(
    "of the service: one acts, the others name it and accept nothing, and one of them takes over")
  func service() async throws {
    try await withCluster { place in
      let data = place.site.directory.appending(path: "data").path
      let arguments =
        [
          "serve", "--cluster", "--kubeconfig", place.kubeconfig, "--data", data,
          "--listen", "127.0.0.1:0", "--insecure-no-auth", "--lease-duration", "3s",
        ]
      let ending = try await place.site.statestore.runInBackground(arguments) { first in
        try await until { await first.isReady }
        _ = try await place.site.statestore.runInBackground(arguments) { second in
          try await until { await second.saysReady(" acts") }
          #expect(try await second.request("GET", "/livez").status == 200)
          let refused = try await second.request("PUT", "/v1/works/default/a", body: "{}")
          #expect(refused.status == 503 && refused.text.contains(" acts"), "\(refused)")
          let metrics = try await second.request("GET", "/metrics").text
          #expect(metrics.contains("statestore_service_leader 0"), "\(metrics)")
          first.kill()
          try await until { await second.isReady }
          #expect(
            try await second.request("GET", "/metrics").text
              .contains("statestore_service_leader 1"))
          // Without the API server nothing acts.
          place.cluster.deny("get leases")
          try await until { await second.saysReady("not known") }
          #expect(
            try await second.request("GET", "/metrics").text.contains("statestore_api_up 0"))
          place.cluster.allow("get leases")
          try await until { await second.isReady }
        }
        // The Lease was given back.
        #expect(place.holder("statestore-serve")?.isEmpty ?? true)
      }
      #expect(ending.status == -SIGKILL)
    }
  }
}
