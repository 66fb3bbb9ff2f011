import Digests
import Foundation
import Kratix
import Manifests
import TestSupport
import Testing

@testable import Service

@Suite("What a token may do", .timeLimit(.minutes(5)))
struct AuthorizationTests {
  /// Who asks: nobody, and four tokens.
  private static let clients = ["-", "reader", "tenant-reader", "tenant", "writer"]
  private static let rights = [
    "writer": "role: write", "reader": "role: read",
    "tenant": "role: write, namespace: tenant",
    "tenant-reader": "role: read, namespace: tenant",
  ]

  /// One thing to ask, and the statuses that answer `clients`.
  private struct Row {
    let method: String
    let path: String
    let body: String?
    let statuses: [Int]

    init(_ method: String, _ path: String, body: String? = nil, _ statuses: [Int]) {
      (self.method, self.path, self.body, self.statuses) = (method, path, body, statuses)
    }
  }

  private static func work(in namespace: String) throws -> String {
    var text = WorkText.plain("example")
    text.namespace = namespace
    return try text.json()
  }

  private static var dependency: WorkText {
    var text = WorkText.plain("dependency")
    (text.namespace, text.resource) = ("tenant", "")
    return text
  }

  private static func verification(of namespace: String) -> String {
    """
    {"requests": [{"apiVersion": "a/v1", "kind": "plain", "metadata":
      {"name": "example", "namespace": "\(namespace)"}}], "promise": "plain"}
    """
  }

  private static func rows() throws -> [Row] {
    let (own, foreign) = ("/v1/namespaces/tenant", "/v1/namespaces/default")
    return [
      Row("GET", "/livez", [200, 200, 200, 200, 200]),
      Row("GET", "/readyz", [200, 200, 200, 200, 200]),
      Row("GET", "/metrics", [401, 200, 403, 403, 200]),
      Row("GET", "/openapi.json", [401, 200, 200, 200, 200]),
      Row("GET", "/page.css", [401, 200, 200, 200, 200]),
      Row("GET", "/page.js", [401, 200, 200, 200, 200]),
      Row("GET", "/", [401, 200, 200, 200, 200]),
      Row("GET", "/works/default/example", [401, 200, 403, 403, 200]),
      Row("GET", "/works/tenant/example", [401, 200, 200, 200, 200]),
      Row("GET", "/v1/works", [401, 200, 200, 200, 200]),
      Row("GET", "\(foreign)/works", [401, 200, 403, 403, 200]),
      Row("GET", "\(own)/works", [401, 200, 200, 200, 200]),
      Row("GET", "\(foreign)/works/example", [401, 200, 403, 403, 200]),
      Row("GET", "\(own)/works/example", [401, 200, 200, 200, 200]),
      Row("GET", "/v1/stores", [401, 200, 200, 200, 200]),
      Row("POST", "/v1/stores/default/sync", [401, 403, 403, 403, 202]),
      Row("GET", "/v1/promises/plain", [401, 200, 200, 200, 200]),
      Row("GET", "/v1/verify", [401, 200, 200, 200, 200]),
      Row("GET", "/v1/verify?namespace=default", [401, 200, 403, 403, 200]),
      Row("POST", "/v1/verify", body: "{\"all\": true}", [401, 200, 403, 403, 200]),
      Row("POST", "/v1/verify", body: verification(of: "default"), [401, 200, 403, 403, 200]),
      Row("POST", "/v1/verify", body: verification(of: "tenant"), [401, 200, 200, 200, 200]),
      Row(
        "PUT", "\(foreign)/works/example", body: try work(in: "default"),
        [401, 403, 403, 403, 200]),
      Row(
        "PUT", "\(own)/works/example", body: try work(in: "tenant"), [401, 403, 403, 200, 200]),
      // What a Promise depends on is there for all, wherever its Work stands.
      Row(
        "PUT", "\(own)/works/dependency?dryRun=All", body: try dependency.json(),
        [401, 403, 403, 403, 200]),
      Row("DELETE", "\(foreign)/works/example?dryRun=All", [401, 403, 403, 403, 200]),
      Row("DELETE", "\(own)/works/example?dryRun=All", [401, 403, 403, 200, 200]),
      Row("DELETE", "\(own)/works/dependency?dryRun=All", [401, 403, 403, 403, 200]),
      Row(
        "POST", "\(foreign)/removals?dryRun=All", body: try work(in: "default"),
        [401, 403, 403, 403, 200]),
      Row(
        "POST", "\(own)/removals?dryRun=All", body: try work(in: "tenant"),
        [401, 403, 403, 200, 200]),
      Row(
        "POST", "\(own)/removals?dryRun=All", body: try dependency.json(),
        [401, 403, 403, 403, 200]),
      // A button's form has to prove more than the token.
      Row("POST", "/works/tenant/example/land", [403, 403, 403, 403, 403]),
      Row("POST", "/stores/default/look", [403, 403, 403, 403, 403]),
      Row("GET", "/nothing", [401, 404, 404, 404, 404]),
    ]
  }

  @Test("is the same on every route, whoever asks")
  func matrix() async throws {
    try await withGuardedStation { station in
      let writer = station.asking(as: "writer")
      var own = WorkText.plain("example")
      own.namespace = "tenant"
      for text in [WorkText.plain("example"), own, Self.dependency] {
        #expect(try await writer.put(text).status == 201)
      }
      let rows = try Self.rows()
      for row in rows {
        for (client, expected) in zip(Self.clients, row.statuses) {
          let asking = station.asking(as: client == "-" ? nil : client)
          let answer = try await asking.request(row.method, row.path, body: row.body)
          #expect(answer.status == expected, "\(client) \(row.method) \(row.path): \(answer)")
        }
      }
      let routes = try await writer.request("GET", "/openapi.json").node()["paths"]?.mapping
      for path in (routes?.keys).map(Array.init) ?? [] where path != "/events" {
        let isAsked = rows.contains { Self.matches($0.path, path) }
        #expect(isAsked, "nobody asks for \(path)")
      }
    }
  }

  private static func matches(_ path: String, _ pattern: String) -> Bool {
    let (parts, patterns) = (
      path.prefix { $0 != "?" }.split(separator: "/"), pattern.split(separator: "/")
    )
    return parts.count == patterns.count
      && zip(parts, patterns).allSatisfy { $1.hasPrefix("{") || $0 == $1 }
  }

  @Test("ends at its namespace: nothing that is shown tells of another")
  func views() async throws {
    try await withGuardedStation { station in
      let writer = station.asking(as: "writer")
      var own = WorkText.plain("own")
      own.namespace = "tenant"
      own.files = own.files.mapValues {
        $0.replacing("namespace: default", with: "namespace: tenant")
      }
      let foreign = try await writer.put(.plain("secret"))
      let commit = try #require(try foreign.string(at: "/status/receipts/0/commit"))
      let tenant = station.asking(as: "tenant-reader")
      let before = try await tenant.request("GET", "/").text
      #expect(before.contains("nothing has landed") && before.contains("empty"), "\(before)")
      #expect(try await writer.put(own).status == 201)
      let overview = try await tenant.request("GET", "/").text
      #expect(overview.contains("1 landed"), "\(overview)")
      #expect(!overview.contains(commit.prefix(7)), "\(overview)")
      #expect(try await writer.request("GET", "/").text.contains("2 landed"))
      for path in ["/", "/?q=secret", "/v1/works", "/v1/stores", "/v1/verify", "/works/tenant/own"]
      {
        let text = try await tenant.request("GET", path).text
        for foreign in ["default/secret", "resources/default", "\"name\": \"secret\""] {
          #expect(!text.contains(foreign), "\(path): \(text)")
        }
      }
    }
  }

  @Test("ends at its namespace for receipts too, whatever files they name")
  func receipts() async throws {
    try await withGuardedStation { station in
      let writer = station.asking(as: "writer")
      var own = WorkText.plain("example")
      own.namespace = "tenant"
      #expect(try await writer.put(.plain("example")).status == 201)
      let answer = try await writer.put(own)
      let receipt = try #require(try answer.node().value(at: "/status/receipts/0"))
      let text = JSONWriter().text(of: receipt)
      let tenant = station.asking(as: "tenant-reader")
      func verify(_ receipt: String) async throws -> Station.Answer {
        try await tenant.request("POST", "/v1/verify", body: "{\"receipts\": [\(receipt)]}")
      }
      #expect(try await verify(text).status == 200)
      let file = "\(directory(of: own))/manifest.yaml"
      #expect(text.contains(file))
      let foreign = text.replacing(file, with: "\(directory(of: .plain("example")))/manifest.yaml")
      let refused = try await verify(foreign)
      #expect(refused.status == 400, "\(refused)")
      let all = try await verify(text.replacing("resources/tenant", with: "resources/default"))
      #expect(all.status == 403, "\(all)")
    }
  }

  @Test(
    "ends at its namespace where files of all share a directory or a file",
    arguments: [Destination.FilepathMode.none, .aggregatedYAML])
  func shared(mode: Destination.FilepathMode) async throws {
    try await withGuardedStation(mode) { station in
      let text = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: secret, namespace: default}
        data: {plan: hidden}

        """
      var secret = WorkText("secret", files: ["a.yaml": text, "notes.txt": "hidden\n"])
      secret.promise = "plain"
      let put = try await station.asking(as: "writer").put(secret)
      #expect(put.status == 201)
      let commit = try #require(try put.string(at: "/status/receipts/0/commit"))
      let tenant = station.asking(as: "tenant-reader")
      for guess in [text, text.replacing("hidden", with: "guess")] {
        var own = WorkText("own", files: ["a.yaml": guess, "notes.txt": "guess\n"])
        (own.namespace, own.promise) = ("tenant", "plain")
        let answer = try await tenant.request(
          "POST", "/v1/verify", body: "{\"works\": [\(try own.json())]}")
        #expect(answer.status == 200, "\(answer)")
        #expect(try answer.string(at: "/resources/0/verdict") == "missing")
        let findings = try answer.node().value(at: "/resources/0/findings")?.sequence ?? []
        #expect(!findings.isEmpty)
        for finding in findings {
          let shown = JSONWriter().text(of: finding)
          for word in ["hidden", "blob", "\"line\"", "Update from", String(commit.prefix(7))] {
            #expect(!shown.contains(word), "\(shown)")
          }
        }
        #expect(answer.text.contains("another's") == (mode == .none), "\(answer)")
      }
    }
  }

  @Test("ends at its namespace where a state file's name is that of another's Work as well")
  func stateFiles() async throws {
    try await withGuardedStation(.none) { station in
      var victim = WorkText.plain("victim")
      victim.namespace = "tenant-b"
      #expect(try await station.asking(as: "writer").put(victim).status == 201)
      var own = WorkText.plain("b-victim")
      own.namespace = "tenant"
      let body = "{\"works\": [\(try own.json())]}"
      let refused = try await station.asking(as: "tenant-reader").request(
        "POST", "/v1/verify", body: body)
      #expect(refused.status == 403, "\(refused)")
      let all = try await station.asking(as: "reader").request("POST", "/v1/verify", body: body)
      #expect(all.status == 200, "\(all)")
    }
  }

  @Test("hears of changes in its namespace alone")
  func events() async throws {
    let changes = Changes()
    let (all, own) = (changes.changes(), changes.changes(in: "tenant"))
    changes.tell(of: WorkKey(namespace: "default", name: "a"))
    #expect(await all.first { _ in true } != nil)
    let heard = Task { await own.first { _ in true } }
    changes.tell(of: WorkKey(namespace: "tenant", name: "recorded"))
    #expect(await heard.value != nil)
    let silent = changes.changes(in: "other")
    changes.tell(of: WorkKey(namespace: "tenant", name: "a"))
    let first = Task { await silent.first { _ in true } }
    first.cancel()
    #expect(await first.value == nil)
  }

  private func withGuardedStation(
    _ mode: Destination.FilepathMode = .nestedByMetadata,
    _ body: (Station) async throws -> Void
  ) async throws {
    var options = StationOptions()
    options.modes = ["worker": mode]
    let lines = Self.rights.sorted { $0.key < $1.key }.map { name, rights in
      let digest = Digest.sha256(of: "secret-of-\(name)".utf8).hexadecimal
      return "  - {name: \(name), sha256: \"\(digest)\", \(rights)}\n"
    }
    options.tokens = "tokens:\n" + lines.joined()
    try await withStation(options, body)
  }
}

extension Station {
  /// A client that carries the token of a name; none for `nil`.
  fileprivate func asking(as name: String?) -> Station {
    var station = self
    station.token = name.map { "secret-of-\($0)" }
    return station
  }
}
