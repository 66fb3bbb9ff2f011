import Foundation
import Landing
import Manifests
import TestSupport
import Testing

@testable import Service

@Suite("Verification over HTTP", .timeLimit(.minutes(5)))
struct VerificationAPITests {
  private static let request = """
    {"apiVersion": "example.com/v1", "kind": "redis",
     "metadata": {"name": "cache", "namespace": "default"}, "spec": {"size": "large"}}
    """
  private static let expectation = """
    {"apiVersion": "statestore.dev/v1alpha1", "kind": "Expectation", "metadata": {"name": "redis"},
     "spec": {"promise": "redis",
       "parameters": [{"name": "size", "from": "spec.size"},
                      {"name": "memory", "lookup": "size", "values": {"large": "4Gi"}}],
       "resources": [{"apiVersion": "v1", "kind": "ConfigMap",
         "metadata": {"name": "$(name)", "namespace": "$(namespace)"},
         "data": {"memory": "$(memory)"}}]}}
    """

  private func cache(memory: String) -> WorkText {
    var text = WorkText(
      "redis-cache",
      files: [
        "cache.yaml": """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: cache, namespace: default}
        data: {memory: \(memory)}

        """
      ])
    text.promise = "redis"
    text.resource = "cache"
    return text
  }

  @Test("judges a request by an expectation that comes with it")
  func expectation() async throws {
    try await withStation { station in
      let body = #"{"requests": [\#(Self.request)], "expectations": [\#(Self.expectation)]}"#
      func verify() async throws -> Station.Answer {
        let answer = try await station.request("POST", "/v1/verify", body: body)
        #expect(answer.status == 200, "\(answer)")
        return answer
      }
      #expect(try await verify().string(at: "/resources/0/verdict") == "missing")
      try await station.put(cache(memory: "1Gi"))
      let wrong = try await verify()
      #expect(try wrong.string(at: "/resources/0/verdict") == "wrong")
      #expect(try wrong.string(at: "/resources/0/findings/0/expected") == "4Gi", "\(wrong)")
      #expect(try wrong.string(at: "/resources/0/findings/0/actual") == "1Gi")
      try await station.put(cache(memory: "4Gi"))
      #expect(try await verify().string(at: "/resources/0/verdict") == "landed")
    }
  }

  @Test("shows what of the desired state stands, by Promise, namespace, name and Destination")
  func desired() async throws {
    try await withStation { station in
      try await station.put(cache(memory: "4Gi"))
      try await station.put(.plain("example"))
      let rows = [
        ("", 2), ("?promise=redis", 1), ("?namespace=default", 2), ("?namespace=other", 0),
        ("?name=example", 1), ("?destination=worker", 2),
        ("?store=default", 2),
      ]
      for (query, count) in rows {
        let answer = try await station.request("GET", "/v1/verify\(query)")
        #expect(try answer.node()["resources"]?.sequence?.count == count, "\(query) \(answer)")
        #expect(try answer.node().value(at: "/summary/landed")?.integer == Int64(count))
      }
      for query in ["store=other", "destination=other"] {
        #expect(try await station.request("GET", "/v1/verify?\(query)").status == 404)
      }
    }
  }

  /// The Promise by whose API a built-in expectation is chosen.
  private static func promise() throws -> String {
    let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../fixtures").standardized
    return try String(
      contentsOf: fixtures.appending(path: "postgresql/promise.yaml"), encoding: .utf8)
  }

  @Test("judges what landed by the expectations of the configuration, and by the built-in one")
  func contents() async throws {
    var options = StationOptions()
    options.manifests = [Self.expectation, try Self.promise()]
    try await withStation(options) { station in
      try await station.put(cache(memory: "5Gi"))
      var bare = WorkText.plain("example")
      bare.promise = "postgresql"
      try await station.put(bare)
      let wrong = try await station.request("GET", "/v1/verify?promise=redis")
      #expect(try wrong.string(at: "/resources/0/verdict") == "wrong", "\(wrong)")
      #expect(try wrong.string(at: "/resources/0/findings/0/expected") == "4Gi", "\(wrong)")
      try await station.put(cache(memory: "4Gi"))
      let right = try await station.request("GET", "/v1/verify?promise=redis")
      #expect(try right.string(at: "/resources/0/verdict") == "landed", "\(right)")
      let answer = try await station.request("GET", "/v1/verify?promise=postgresql")
      #expect(answer.text.contains("missing-resource"), "\(answer)")
    }
  }

  @Test("does not miss in one state store what stands in another, and reports on each")
  func severalStores() async throws {
    var options = StationOptions()
    options.stores = ["a": ["worker-a": [:]], "b": ["worker-b": [:]]]
    try await withStation(options) { station in
      for number in 0..<6 {
        var text = cache(memory: "4Gi")
        text.name = "redis-cache-\(number)"
        text.resource = "cache-\(number)"
        try await station.put(text)
      }
      let both = try await station.request("GET", "/v1/verify")
      let reports = try #require(try both.node().sequence, "\(both)")
      #expect(reports.map { $0.value(at: "/stateStore/name")?.string } == ["a", "b"])
      let counts = reports.map { $0.value(at: "/summary/landed")?.integer ?? -1 }
      #expect(counts.reduce(0, +) == 6, "\(both)")
      #expect(!both.text.contains("missing-file") && !both.text.contains("not-landed"), "\(both)")
      let one = try await station.request("GET", "/v1/verify?destination=worker-b")
      #expect(try one.string(at: "/stateStore/name") == "b", "\(one)")
      #expect(try one.node().value(at: "/summary/landed")?.integer == counts[1])
      #expect(
        try await station.request("GET", "/v1/verify?destination=worker-b&store=a").status == 404)
      let body = #"{"requests": [\#(Self.request)]}"#
      let nowhere = try await station.request("POST", "/v1/verify", body: body)
      #expect(
        try nowhere.node().sequence?.compactMap { $0.value(at: "/summary/missing")?.integer }
          .reduce(0, +) == 1, "\(nowhere)")
      #expect(
        try await station.request("POST", "/v1/verify?store=a", body: body).status == 200)
    }
  }

  @Test("looks at everything that stands, asked for or not")
  func everything() async throws {
    var options = StationOptions()
    options.dependencies = Dependencies(
      date: { Date() + 7200 }, now: { .now }, sleep: { try await Task.sleep(for: $0) },
      randomUnit: { 0.5 })
    try await withStation(options) { station in
      try await station.put(cache(memory: "4Gi"))
      let all = try await station.request("POST", "/v1/verify", body: #"{"all": true}"#)
      #expect(try all.node().value(at: "/summary/landed")?.integer == 1, "\(all)")
      let brief = try await station.request(
        "POST", "/v1/verify",
        body: #"{"all": true, "brief": true, "rules": ["not-a-manifest=off"]}"#)
      #expect(try brief.node().value(at: "/summary/resources")?.integer == 1, "\(brief)")
      let old = try await station.request(
        "POST", "/v1/verify", body: #"{"all": true, "maxAge": "1h"}"#)
      #expect(old.text.contains("stale"), "\(old)")
    }
  }

  @Test(
    "does not guess what should be there",
    arguments: [
      "{}", "[]", #"{"all": "yes"}"#, #"{"all": true, "maxAge": "old"}"#, #"{"requests": []}"#,
      #"{"requests": [{"kind": "A"}]}"#,
      #"{"receipts": [{"a": 1}]}"#, #"{"requests": "all"}"#,
      #"{"works": [{"apiVersion": "platform.kratix.io/v1alpha1", "kind": "Work"}]}"#,
    ])
  func faults(body: String) async throws {
    try await withStation { station in
      let answer = try await station.request("POST", "/v1/verify", body: body)
      #expect(answer.status == 400, "\(answer)")
      #expect(try answer.string(at: "/type") == "invalid-input")
    }
  }
}
