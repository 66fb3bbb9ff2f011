import Foundation
import Manifests
import TestSupport
import Testing

@testable import KubernetesAPI

@Suite("The Kubernetes client")
struct ClientTests {
  private let cluster = TestCluster(TestCluster.standard + TestCluster.kratix + [databases])

  @Test("lists in pages, with the kind of each object", arguments: ServedCluster.Server.available)
  func pages(server: ServedCluster.Server) async throws {
    try await ServedCluster.with(server, [workKind]) { cluster in
      for number in 0..<5 { try await cluster.put(cluster.work("w\(number)")) }
      let client = try client(of: cluster)
      for namespace in [nil, cluster.namespace] {
        let query = ObjectQuery(cluster.works, namespace: namespace, pageSize: 2)
        let all = try await client.list(query, deadline: .soon)
        #expect(names(all.items) == ["w0", "w1", "w2", "w3", "w4"])
        #expect(all.items.allSatisfy { ObjectIdentity($0)?.kind == "Work" })
      }
      let other = ObjectQuery(cluster.works, namespace: "elsewhere")
      #expect(try await client.list(other, deadline: .soon).items.isEmpty)
    }
  }

  @Test("asks for a page at a time")
  func requests() async throws {
    for number in 0..<7 { try cluster.put(work("w\(number)", namespace: "ns\(number % 2)")) }
    try await APIServer.with(cluster) { server in
      let all = try await client(of: server).list(
        ObjectQuery(works, pageSize: 3), deadline: .soon)
      #expect(all.items.count == 7)
      #expect(server.requests.count == 3)
    }
  }

  @Test("begins a list again when a continue token has expired")
  func expiredToken() async throws {
    for number in 0..<4 { try cluster.put(work("w\(number)")) }
    let time = SkippedTime()
    let cluster = cluster
    try await APIServer.with(
      cluster,
      faults: .init { _, number in
        if number == 1 {
          try? cluster.put(work("w9"))
          cluster.compact()
        }
        return nil
      }
    ) { server in
      let client = try client(of: server, pacing: time.pacing())
      let list = try await client.list(ObjectQuery(works, pageSize: 2), deadline: .soon)
      #expect(names(list.items) == ["w0", "w1", "w2", "w3", "w9"])
      #expect(server.requests.count == 5)
    }
  }

  @Test("waits as long as the server asks, and gives up at its own limit")
  func throttled() async throws {
    let time = SkippedTime()
    try await APIServer.with(
      cluster, faults: .init { _, number in number < 2 ? .status(429, retryAfter: 7) : nil }
    ) { server in
      let client = try client(of: server, pacing: time.pacing())
      _ = try await client.list(ObjectQuery(works), deadline: .soon)
      #expect(time.pauses.count == 2)
      #expect(time.pauses.allSatisfy { $0 >= .seconds(7) && $0 < .seconds(9) })
    }
    try await APIServer.with(cluster, faults: .init { _, _ in .status(503) }) { server in
      let client = try client(of: server, pacing: SkippedTime().pacing())
      let error = try await #require(throws: KubernetesError.self) {
        try await client.list(ObjectQuery(works), deadline: .soon)
      }
      #expect(error.code == .serverFailed)
      #expect(server.requests.count == 5)
    }
  }

  @Test("does not repeat a write that may have been done")
  func writeOnce() async throws {
    try await APIServer.with(cluster, faults: .init { _, _ in .status(500) }) { server in
      let client = try client(of: server, pacing: SkippedTime().pacing())
      await #expect(throws: KubernetesError.self) {
        try await client.create(work("a"), works, namespace: "default", deadline: .soon)
      }
      #expect(server.requests.count == 1)
    }
  }

  @Test("names the rule that is missing", arguments: ServedCluster.Server.available)
  func forbidden(server: ServedCluster.Server) async throws {
    try await ServedCluster.with(server, [workKind], denied: ["list works", "get works"]) {
      cluster in
      let client = try client(of: cluster)
      let error = try await #require(throws: KubernetesError.self) {
        try await client.list(ObjectQuery(cluster.works), deadline: .soon)
      }
      #expect(error.code == .forbidden)
      #expect(
        error.message.hasSuffix(
          """
          may not list works.\(cluster.group) in all namespaces (403); their ClusterRole lacks \
          the rule apiGroups: ["\(cluster.group)"], resources: ["works"], verbs: ["list"]
          """))
      #expect(error.serverMessages.first?.contains("cannot list resource") == true)
      let get = try await #require(throws: KubernetesError.self) {
        try await client.object(cluster.works, namespace: "team", name: "a", deadline: .soon)
      }
      #expect(get.message.contains("their Role lacks the rule"))
    }
  }

  private static let faults: [(fault: APIServer.Fault, code: KubernetesError.Code, words: String)] =
    [
      (.body("<html>log in</html>"), .malformed, "not JSON of the Kubernetes API"),
      (.body("{\"kind\":\"Pod\"}"), .malformed, "is no list"),
      (.status(401), .unauthorized, "wrong or have expired"),
      (.status(302), .malformed, "redirect"),
      (.close, .unreachable, "closed the connection"),
      (.silence, .timedOut, "no answer before the time was up"),
    ]

  @Test("says what an answer means that is none", arguments: faults)
  func answers(fault: APIServer.Fault, code: KubernetesError.Code, words: String) async throws {
    var limits = KubernetesClient.Limits()
    limits.requestTime = code == .timedOut ? .milliseconds(300) : .seconds(20)
    limits.attempts = 1
    try await APIServer.with(cluster, faults: .init { _, _ in fault }) { server in
      let client = try client(of: server, user: "{token: s3cret}", limits: limits)
      let error = try await #require(throws: KubernetesError.self) {
        try await client.list(ObjectQuery(works), deadline: .soon)
      }
      #expect(error.code == code)
      #expect(error.message.contains(words), "\(error)")
      #expect(error.message.contains(server.address))
      #expect(!error.description.contains("s3cret"))
    }
  }

  @Test("takes no answer beyond its limit, and no time beyond the deadline")
  func bounds() async throws {
    try cluster.put(work("a"))
    var limits = KubernetesClient.Limits()
    limits.answerBytes = 10
    try await APIServer.with(cluster) { server in
      let client = try client(of: server, limits: limits)
      let error = try await #require(throws: KubernetesError.self) {
        try await client.list(ObjectQuery(works), deadline: .soon)
      }
      #expect(error.code == .tooLarge)
      let late = try await #require(throws: KubernetesError.self) {
        try await client.list(ObjectQuery(works), deadline: .now)
      }
      #expect(late.code == .timedOut)
    }
  }

  @Test(
    "tells an object that is not there from an API that is not installed",
    arguments: ServedCluster.Server.available)
  func missing(server: ServedCluster.Server) async throws {
    try await ServedCluster.with(server, [workKind]) { cluster in
      let client = try client(of: cluster)
      let (works, group) = (cluster.works, cluster.group)
      #expect(
        try await client.object(works, namespace: "default", name: "a", deadline: .soon) == nil)
      #expect(try await client.resource(kind: "Work", group: group, deadline: .soon) == works)
      #expect(try await client.resource(kind: "Other", group: group, deadline: .soon) == nil)
      #expect(try await client.resource(kind: "Work", group: "un.known", deadline: .soon) == nil)
      #expect(try await client.resources(ofGroup: "unknown.example", deadline: .soon).isEmpty)
      let others = [
        APIResource(group: group, version: "v1alpha1", plural: "others", kind: "Other"),
        APIResource(group: group, version: "v2", plural: "works", kind: "Work"),
        APIResource(group: "un.known", version: "v1", plural: "works", kind: "Work"),
      ]
      for other in others {
        let error = try await #require(throws: KubernetesError.self) {
          try await client.list(ObjectQuery(other), deadline: .soon)
        }
        #expect(error.code == .notInstalled)
        #expect(error.message.contains("\(other.plural).\(other.group)"))
      }
    }
  }

  @Test("reads a token file again when the server no longer takes the token")
  func rotation() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "token").path
      try Data("one\n".utf8).write(to: URL(filePath: path))
      cluster.accept(["one"])
      try await APIServer.with(cluster) { server in
        let client = try client(of: server, user: "{tokenFile: \(path)}")
        _ = try await client.list(ObjectQuery(works), deadline: .soon)
        cluster.accept(["two"])
        let expired = try await #require(throws: KubernetesError.self) {
          try await client.list(ObjectQuery(works), deadline: .soon)
        }
        #expect(expired.code == .unauthorized)
        try Data("two\n".utf8).write(to: URL(filePath: path))
        _ = try await client.list(ObjectQuery(works), deadline: .soon)
      }
    }
  }

  @Test("says that nothing listens at an address, and with which authority it would be trusted")
  func connections() async throws {
    try await withTemporaryDirectory { directory in
      let authority = try await TestAuthority(in: directory)
      let certificate = try await authority.certificate(for: ["DNS:api.example"])
      let person = try await authority.certificate(for: ["DNS:me"], named: "me")
      let tls = APIServer.TLS(certificate, clientAuthority: authority.certificate)
      let trusted = "certificate-authority: \(authority.certificate.path)"
      let name = "tls-server-name: api.example"
      let user = "{client-certificate: \(person.chain.path), client-key: \(person.key.path)}"
      let cases: [(cluster: [String], user: String, code: KubernetesError.Code?)] = [
        ([trusted, name], user, nil), ([trusted], user, .untrusted), ([name], user, .untrusted),
        ([trusted, name], "{}", .unauthorized), (["insecure-skip-tls-verify: true"], user, nil),
      ]
      let port = try await APIServer.with(cluster, tls: tls) { server in
        for (fields, user, code) in cases {
          let client = try client(of: server, user: user, cluster: fields)
          do {
            _ = try await client.list(ObjectQuery(works), deadline: .soon)
            #expect(code == nil)
          } catch let error as KubernetesError {
            #expect(error.code == code, "\(fields) \(error)")
          }
        }
        return server
      }
      let error = try await #require(throws: KubernetesError.self) {
        try await client(of: port).list(ObjectQuery(works), deadline: .soon)
      }
      #expect(error.code == .unreachable)
      #expect(error.message.contains("connection refused"))
    }
  }
}
