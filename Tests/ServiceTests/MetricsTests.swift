import Foundation
import TestSupport
import Testing

@testable import Service

@Suite("The metrics", .timeLimit(.minutes(5)))
struct MetricsTests {
  @Test("are written and named as Prometheus prescribes, and say what has happened")
  func metrics() async throws {
    try await withStation { station in
      for number in 0..<3 { try await station.put(WorkText("example-\(number)")) }
      var refused = WorkText("refused")
      refused.selector = ["in": "nowhere"]
      try await station.put(refused)
      _ = try await station.request("POST", "/v1/stores/default/sync?wait=30s")
      let text = try await station.request("GET", "/metrics").text
      let lines = [
        #"statestore_build_info{version="test"} 1"#,
        #"statestore_writes_total{store="default",outcome="landed"} 3"#,
        #"statestore_writes_total{store="default",outcome="no-destination"} 1"#,
        #"statestore_write_duration_seconds_count{store="default"} 4"#,
        #"statestore_store_up{store="default"} 1"#,
        #"statestore_push_duration_seconds_bucket{store="default",le="+Inf"}"#,
        #"statestore_push_batch_size_count{store="default"}"#,
        #"statestore_push_conflicts_total{store="default"} 0"#,
        #"statestore_last_landed_timestamp_seconds{store="default",destination="worker"} 1"#,
        #"statestore_last_verified_timestamp_seconds{store="default",destination="worker"} 1"#,
        #"destination="worker",promise="plain",verdict="landed"} 3"#,
        #"statestore_oldest_unsettled_timestamp_seconds{store="default"} 1"#,
        #"statestore_http_requests_total{method="PUT","#,
      ]
      for line in lines { #expect(text.contains(line), "\(line)\n\(text)") }
      let differences = try MetricTable().differences(from: text, by: "serve")
      #expect(differences.isEmpty, "\(differences)")
      let check = try await Program.run("promtool", ["check", "metrics"], input: Array(text.utf8))
      #expect(check.isSuccess, "\(check.errors)")
      #expect(check.errors.isEmpty && check.text.isEmpty, "\(check.errors)\(check.text)")
    }
  }

  @Test("say when something last landed and whether the state store is there, also after a restart")
  func restarted() async throws {
    try await withRepositories { idle in
      var landed: [Substring] = []
      func lines(_ station: Station) async throws -> [Substring] {
        try await station.request("GET", "/metrics").text.split(separator: "\n")
      }
      try await idle.serving(StationOptions()) { station in
        try await station.put(WorkText("example"))
        landed = try await lines(station).filter {
          $0.hasPrefix("statestore_last_landed_timestamp_seconds{")
        }
      }
      #expect(landed.count == 1)
      try FileManager.default.removeItem(at: try idle.repository.directory)
      try await idle.serving(StationOptions()) { station in
        var now: [Substring] = []
        while !now.contains(#"statestore_store_up{store="default"} 0"#) {
          try Task.checkCancellation()
          now = try await lines(station)
        }
        #expect(Set(now).isSuperset(of: landed), "\(now)")
        #expect(
          now.contains { $0.hasPrefix("statestore_last_verified_timestamp_seconds{") }, "\(now)")
      }
    }
  }
}
