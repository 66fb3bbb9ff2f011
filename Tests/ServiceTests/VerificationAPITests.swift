import Foundation
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
      try await station.put(WorkText("example"))
      let rows = [
        ("", 2), ("?promise=redis", 1), ("?namespace=default", 2), ("?namespace=other", 0),
        ("?name=example", 1), ("?destination=worker", 2), ("?destination=other", 0),
        ("?store=default", 2),
      ]
      for (query, count) in rows {
        let answer = try await station.request("GET", "/v1/verify\(query)")
        #expect(try answer.node()["resources"]?.sequence?.count == count, "\(query) \(answer)")
        #expect(try answer.node().value(at: "/summary/landed")?.integer == Int64(count))
      }
      #expect(try await station.request("GET", "/v1/verify?store=other").status == 404)
    }
  }

  @Test(
    "does not guess what should be there",
    arguments: [
      "{}", "[]", #"{"requests": []}"#, #"{"requests": [{"kind": "A"}]}"#,
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
