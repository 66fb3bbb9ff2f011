import Digests
import Foundation
import Manifests
import TestSupport
import Testing
import Web

@testable import Service

@Suite("Access", .timeLimit(.minutes(5)))
struct AccessTests {
  private static let tokens = [
    "writer": "role: write", "reader": "role: read",
    "tenant": "role: write, namespace: tenant",
  ]

  private static func digest(_ token: String) -> String {
    Digest.sha256(of: token.utf8).hexadecimal
  }

  private static var file: String {
    let lines = tokens.sorted { $0.key < $1.key }.map { name, rights in
      "  - {name: \(name), sha256: \"\(digest("secret-of-\(name)"))\", \(rights)}\n"
    }
    return "tokens:\n" + lines.joined()
  }

  private func withGuardedStation(_ body: (Station) async throws -> Void) async throws {
    var options = StationOptions()
    options.tokens = Self.file
    try await withStation(options, body)
  }

  private func with(_ name: String?, _ station: Station) -> Station {
    var station = station
    station.token = name.map { "secret-of-\($0)" }
    return station
  }

  @Test("is given to nobody without a token, but for health")
  func none() async throws {
    try await withGuardedStation { station in
      for path in ["/livez", "/readyz"] {
        #expect(try await station.request("GET", path).status == 200)
      }
      let paths = ["/", "/metrics", "/openapi.json", "/v1/works", "/v1/stores", "/nothing", "/v1"]
      for path in paths {
        for token in [nil, "stranger"] {
          let answer = try await with(token, station).request("GET", path)
          #expect(answer.status == 401, "\(path) \(answer)")
          #expect(try answer.string(at: "/type") == "authentication-failed")
          #expect(answer.headers["www-authenticate"]?.contains("Bearer") == true)
          #expect(!answer.text.contains("secret-of"))
        }
      }
      #expect(try await station.put(WorkText("example")).status == 401)
    }
  }

  @Test("goes as far as the token's role and namespace")
  func roles() async throws {
    try await withGuardedStation { station in
      let (writer, reader, tenant) = (
        with("writer", station), with("reader", station), with("tenant", station)
      )
      let text = WorkText("example")
      var own = WorkText("example")
      own.namespace = "tenant"
      #expect(try await reader.put(text).status == 403)
      #expect(try await reader.delete(text).status == 403)
      #expect(try await tenant.put(text).status == 403)
      #expect(try await writer.put(text).status == 201)
      #expect(try await tenant.put(own).status == 201)
      #expect(try await reader.get(text).status == 200)
      #expect(try await tenant.get(own).status == 200)
      let refused = try await tenant.get(text)
      #expect(refused.status == 403)
      #expect(try refused.string(at: "/type") == "forbidden")
      let all = try await reader.request("GET", "/v1/works")
      #expect(try all.node()["items"]?.sequence?.count == 2)
      let some = try await tenant.request("GET", "/v1/works")
      #expect(try some.node()["items"]?.sequence?.count == 1)
      #expect(try await tenant.request("GET", "/v1/namespaces/default/works").status == 403)
      #expect(try await tenant.request("GET", "/metrics").status == 403)
    }
  }

  @Test("can be looked at with a browser's password, which changes nothing")
  func basic() async throws {
    try await withGuardedStation { station in
      let password = Data("anybody:secret-of-writer".utf8).base64EncodedString()
      let headers = ["Authorization": "Basic \(password)"]
      #expect(try await station.request("GET", "/v1/works", headers: headers).status == 200)
      let body = try WorkText("example").json()
      let put = try await station.request(
        "PUT", station.path(of: WorkText("example")), body: body, headers: headers)
      #expect(put.status == 401)
    }
  }

  @Test(
    "is not given to other sites' pages in the browser of whoever has it",
    arguments: [
      (["Sec-Fetch-Site": "cross-site"], 403), (["Sec-Fetch-Site": "same-site"], 403),
      (["Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"], 202),
      (["Origin": "https://evil.example"], 403), (["Origin": "null"], 403),
      (["Host": "evil.example:8080"], 403), (["Host": "localhost:8080"], 202),
      (["Host": "[::1]:8080"], 202), ([:], 202),
    ])
  func browsers(headers: [String: String], status: Int) async throws {
    try await withStation { station in
      let answer = try await station.request(
        "POST", "/v1/stores/default/sync", body: "{}", headers: headers)
      #expect(answer.status == status, "\(headers) \(answer)")
      let looked = try await station.request("GET", "/v1/works", headers: headers)
      #expect(looked.status == (headers["Host"]?.hasPrefix("evil") == true ? 403 : 200))
    }
    try await withGuardedStation { station in
      let host = headers.filter { $0.key == "Host" }
      let answer = try await with("reader", station).request("GET", "/v1/works", headers: host)
      #expect(answer.status == 200)
    }
  }

  @Test("follows the file of tokens, and stays as it was when the file cannot be read")
  func reload() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "tokens-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: path) }
    func write(_ text: String) throws {
      try Data(text.utf8).write(to: path)
    }
    try write(Self.file)
    let tokens = try Reloading(paths: [path.path]) {
      try Tokens(parsing: Array(Data(contentsOf: path)), file: "tokens.yaml")
    }
    #expect(!tokens.refresh())
    #expect(tokens.value.identity(for: "secret-of-writer")?.role == .write)
    try write("tokens: [{name: a, sha256: 12, role: write}]\n")
    #expect(!tokens.refresh())
    #expect(
      tokens.problem?.contains("tokens.yaml:1:28: tokens[0].sha256 must be a SHA-256") == true)
    #expect(tokens.value.identity(for: "secret-of-writer")?.role == .write)
    try write("tokens: [{name: a, sha256: the-token-itself, role: write}]\n")
    #expect(!tokens.refresh())
    #expect(tokens.problem?.contains("as sha256sum prints it, not a string") == true)
    #expect(tokens.problem?.contains("itself") == false)
    let files = AccessFiles(tokens: tokens, certificate: nil, webhookSecret: nil)
    #expect(files.checks.map(\.name) == ["tokens"])
    #expect(
      files.checks.first?.line.hasPrefix("[-]tokens failed: the files cannot be used") == true)
    #expect(files.checks.first?.isRequired == false)
    try write("tokens: []\n")
    #expect(tokens.refresh())
    #expect(tokens.problem == nil && files.checks.first?.isPassed == true)
    #expect(tokens.value.identity(for: "secret-of-writer") == nil)
  }
}
