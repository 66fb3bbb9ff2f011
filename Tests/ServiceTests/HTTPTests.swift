import Foundation
import Kratix
import Landing
import Manifests
import TestSupport
import Testing

@testable import Service

@Suite("Over HTTP", .timeLimit(.minutes(5)))
struct HTTPTests {
  @Test("faults of a request are problems with a type, a remedy and the request's id")
  func problems() async throws {
    try await withStation { station in
      let rows: [(String, String, String?, Int, String)] = [
        ("GET", "/nothing", nil, 404, "not-found"),
        ("POST", "/v1/works", nil, 405, "method-not-allowed"),
        ("PUT", "/v1/namespaces/default/works/example", "a: [", 400, "invalid-input"),
        ("PUT", "/v1/namespaces/default/works/example", "", 400, "invalid-input"),
        ("PUT", "/v1/namespaces/default/works/Example", "{}", 400, "invalid-input"),
        ("GET", "/v1/namespaces/..%2f/works/example", nil, 400, "invalid-input"),
        ("GET", "/v1/works?labelSelector=a%20b", nil, 400, "invalid-input"),
        ("GET", "/v1/works?limit=0", nil, 400, "invalid-input"),
        ("GET", "/v1/works?continue=x", nil, 400, "invalid-input"),
        ("GET", "/v1/namespaces/default/works/example?wait=soon", nil, 400, "invalid-input"),
      ]
      for (method, path, body, status, type) in rows {
        let answer = try await station.request(method, path, body: body)
        #expect(answer.status == status, "\(method) \(path): \(answer)")
        #expect(try answer.string(at: "/type") == type, "\(method) \(path)")
        #expect(answer.headers["content-type"] == "application/problem+json")
        let id = try #require(answer.headers["x-request-id"])
        #expect(try answer.string(at: "/instance") == "urn:request:\(id)")
      }
    }
  }

  @Test("a body that is too large is refused before it has been sent")
  func tooLarge() async throws {
    var options = StationOptions()
    options.change = { $0.mostBodyBytes = 1000 }
    try await withStation(options) { station in
      let text = String(repeating: "a", count: 2000)
      let answer = try await station.request(
        "PUT", "/v1/namespaces/default/works/example", body: text)
      #expect(answer.status == 413)
      #expect(try answer.string(at: "/type") == "too-large")
      // With a length that nobody keeps to, and without one.
      let head = "PUT /v1/namespaces/default/works/example HTTP/1.1\r\nHost: localhost\r\n"
      let promised = try await station.raw(head + "Content-Length: 5000000000\r\n\r\n")
      #expect(promised.hasPrefix("HTTP/1.1 413"), "\(promised)")
      let chunked = try await station.raw(
        head + "Transfer-Encoding: chunked\r\n\r\n7d0\r\n\(text)\r\n")
      #expect(chunked.hasPrefix("HTTP/1.1 413"), "\(chunked)")
    }
  }

  @Test("a small body that holds large files is refused before they are all unpacked")
  func packed() async throws {
    var options = StationOptions()
    options.change = { $0.mostBodyBytes = 1 << 20 }
    try await withStation(options) { station in
      let zeros = String(repeating: "0", count: 3 << 20)
      let text = WorkText("example", files: ["a.yaml": zeros])
      let body = try text.json()
      #expect(body.utf8.count < 10_000)
      let answer = try await station.put(text)
      #expect(answer.status == 400 && answer.text.contains("more than 2 MiB"), "\(answer)")
      let verification = try await station.request(
        "POST", "/v1/verify", body: "{\"works\": [\(body)]}")
      #expect(verification.status == 400, "\(verification)")
    }
  }

  @Test(
    "a Work that no Destination could take is refused at once, by the outcome's name",
    arguments: [
      (["../escape.yaml"], "unsafe-path"), (["/etc/passwd"], "unsafe-path"),
      (["a/.git/config"], "unsafe-path"), (["a//b.yaml"], "unsafe-path"),
      (["a\u{7}.yaml"], "unsafe-path"), (["a", "a/b.yaml"], "path-conflict"),
    ])
  func unsafePaths(paths: [String], type: String) async throws {
    let files = Dictionary(uniqueKeysWithValues: paths.map { ($0, "kind: A\n") })
    try await withStation { station in
      let text = WorkText("example", files: files)
      for wait in [nil, "60s"] {
        let answer = try await station.put(text, wait: wait)
        #expect(answer.status == 422, "\(answer)")
        #expect(try answer.string(at: "/type") == type, "\(answer)")
      }
      #expect(try await station.get(text).status == 404)
    }
  }

  @Test("files whose paths become none are taken where they are put together into one")
  func aggregatedPaths() async throws {
    var options = StationOptions()
    options.modes = ["worker": .aggregatedYAML]
    try await withStation(options) { station in
      let answer = try await station.put(WorkText("example", files: ["a\\b.yaml": "kind: A\n"]))
      #expect(try answer.condition("WriteSucceeded")?.hasPrefix("True/") == true, "\(answer)")
    }
  }

  @Test("an address where nobody can listen is a fault of the configuration, which names it")
  func occupied() async throws {
    try await withStation { first in
      let port = try #require(Int(first.base.split(separator: ":").last ?? ""))
      var options = StationOptions()
      options.change = { $0.port = port }
      let failure = await #expect(throws: LandingError.self) {
        try await withStation(options) { _ in }
      }
      #expect(failure?.outcome == .invalidConfiguration)
      #expect(failure?.message.contains("127.0.0.1:\(port)") == true, "\(failure as Any)")
    }
  }

  @Test("whoever asks for the head alone gets the head of the answer")
  func head() async throws {
    try await withStation { station in
      let missing = try await station.request("HEAD", station.path(of: WorkText("missing")))
      #expect(missing.status == 404, "\(missing)")
      let refused = try await station.request("POST", "/v1/works", body: "{}")
      #expect(refused.headers["allow"] == "GET, HEAD", "\(refused)")
      for path in ["/livez", "/", "/v1/stores", "/openapi.json"] {
        let whole = try await station.request("GET", path)
        let head = try await station.request("HEAD", path)
        #expect(head.status == 200 && head.text.isEmpty, "\(path): \(head)")
        #expect(head.headers["content-type"] == whole.headers["content-type"])
      }
    }
  }

  @Test("a client that is too slow is told so, and hung up on")
  func slow() async throws {
    var options = StationOptions()
    options.change = { $0.idleTimeout = .milliseconds(300) }
    try await withStation(options) { station in
      let head = "PUT /v1/namespaces/default/works/example HTTP/1.1\r\nHost: localhost\r\n"
      let body = try await station.raw(head + "Content-Length: 100\r\n\r\nabc")
      #expect(body.isEmpty || body.hasPrefix("HTTP/1.1 408"), "\(body)")
      let headers = try await station.raw(head)
      #expect(headers.isEmpty, "\(headers)")
    }
  }

  @Test(
    "a body that is none, or ends too soon, is the client's fault",
    arguments: [
      "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n", "Transfer-Encoding: chunkeb\r\n\r\n{}",
    ])
  func brokenBodies(rest: String) async throws {
    try await withStation { station in
      let head = "PUT /v1/namespaces/default/works/example HTTP/1.1\r\nHost: localhost\r\n"
      let answer = try await station.raw(head + rest)
      #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
      #expect(answer.contains("\"invalid-input\""), "\(answer)")
    }
  }

  @Test("a client that waits for it is told that its body is wanted, where it is")
  func expectation() async throws {
    try await withStation { station in
      let head = """
        PUT /v1/namespaces/default/works/example HTTP/1.1\r\nHost: localhost\r\n\
        Connection: close\r\nExpect: 100-continue\r\nContent-Length:
        """
      let wanted = try await station.raw(head + " 2\r\n\r\n{}")
      #expect(wanted.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 400 "), "\(wanted)")
      let unwanted = try await station.raw(head + " 5000000000\r\n\r\n")
      #expect(unwanted.hasPrefix("HTTP/1.1 413 "), "\(unwanted)")
    }
  }

  @Test("connections are kept")
  func keepAlive() async throws {
    try await withStation { station in
      let request = "GET /livez HTTP/1.1\r\nHost: localhost\r\n"
      let answers = try await station.raw(
        "\(request)\r\n\(request)\r\n\(request)Connection: close\r\n\r\n")
      #expect(answers.components(separatedBy: "HTTP/1.1 200 OK").count == 4, "\(answers)")
    }
  }
}
