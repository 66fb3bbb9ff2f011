import AsyncHTTPClient
import Foundation
import Manifests
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

extension ClusterSite {
  /// Runs a body while the program watches and looks at the branches seldom.
  fileprivate func watching(
    _ arguments: [String], _ body: (Serving) async throws -> Void
  ) async throws -> Statestore.Ending {
    try await site.statestore.runInBackground(
      [
        "watch", "--kubeconfig", kubeconfig, "--listen", "127.0.0.1:0", "--grace", "1s",
        "--interval", "10m",
      ] + arguments, body)
  }

  fileprivate func secret(_ text: String, in name: String) throws -> String {
    try site.directory.write(text + "\n", to: name).path
  }
}

@Suite("What the watcher serves and sends", .timeLimit(.minutes(5)))
struct WatchServingTests {
  private func post(
    _ address: String, _ headers: [(String, String)], _ body: String = "{}"
  ) async throws -> UInt {
    var request = HTTPClientRequest(url: address)
    request.method = .POST
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    request.body = .bytes(ByteBuffer(string: body))
    return try await HTTPClient.shared.execute(request, timeout: .seconds(60)).status.code
  }

  @Test("is the state of each request on a page, which filters by the address and escapes all")
  func page() async throws {
    try await withCluster { place in
      try place.request("postgres-example")
      try place.request("second")
      try await place.place.land("postgresql/rendered/small")
      _ = try await place.watching([]) { serving in
        try await until {
          try await serving.request("GET", "/").text.contains("1 of 2 requests have not landed")
        }
        let page = try await serving.request("GET", "/").text
        #expect(page.contains("<b>NoWork</b> for"), "\(page)")
        #expect(page.contains("<a href=\"/?destination=worker\">worker</a>"), "\(page)")
        let rows = { (query: String) in
          try await serving.request("GET", "/" + query).text.components(
            separatedBy: "scope=\"row\""
          )
          .count - 1
        }
        for (query, count) in [
          ("", 2), ("?verdict=landed", 1), ("?verdict=missing&promise=postgresql", 1),
          ("?promise=other", 0), ("?namespace=default", 2), ("?destination=worker", 1),
          ("?verdict=nonsense", 2), ("?page=2", 0),
        ] { #expect(try await rows(query) == count, "\(query)") }
        let hostile = try await serving.request("GET", "/?promise=%22%3E%3Cscript%3E").text
        #expect(hostile.contains("value=\"&quot;&gt;&lt;script&gt;\""), "\(hostile)")
        #expect(try await serving.request("GET", "/page.css").status == 200)
        // Without a secret there are no webhooks.
        #expect(try await post(serving.base + "/hooks/push", []) == 401)
      }
    }
  }

  @Test("is the line that a finding is about, marked, with those around it")
  func lines() async throws {
    try await withCluster { place in
      try place.request("postgres-example")
      try await place.place.land("broken/namespace-broken/rendered")
      _ = try await place.watching([]) { serving in
        try await until {
          try await serving.request("GET", "/").text.contains("1 of 1 requests have not landed")
        }
        let page = try await serving.request("GET", "/").text
        #expect(page.contains("<pre tabindex=\"0\" aria-label=\"Lines of worker/"), "\(page)")
        #expect(page.contains("<span class=\"at\">&gt;"), "\(page)")
        #expect(!page.contains("action=\"/look\""), "\(page)")
      }
    }
  }

  @Test("is a look at the branches for who has the secret, by the form of the page")
  func look() async throws {
    try await withCluster { place in
      try place.request("postgres-example")
      let file = try place.secret("hook secret+1", in: "hook")
      _ = try await place.watching(["--webhook-secret", file]) { serving in
        try await until {
          try await serving.request("GET", "/").text.contains("action=\"/look\" method=\"post\"")
        }
        try await until {
          try await serving.request("GET", "/metrics").text
            .contains("statestore_requests{verdict=\"missing\"} 1")
        }
        let form = [("Content-Type", "application/x-www-form-urlencoded")]
        for body in ["", "{}", "secret=", "secret=hook+secret", "other=hook+secret%2B1"] {
          #expect(try await post(serving.base + "/look", form, body) == 403, "\(body)")
        }
        try await place.place.land("postgresql/rendered/small")
        let status = try await post(serving.base + "/look", form, "secret=hook+secret%2B1")
        // The client follows to the page.
        #expect([200, 303].contains(status))
        try await until {
          try await serving.request("GET", "/metrics").text
            .contains("statestore_requests{verdict=\"landed\"} 1")
        }
      }
    }
  }

  @Test("is a look at the branches when a Git server proves that it reports a push")
  func webhook() async throws {
    try await withCluster { place in
      try place.request("postgres-example")
      let file = try place.secret("hook secret", in: "hook")
      _ = try await place.watching(["--webhook-secret", file]) { serving in
        try await until {
          try await serving.request("GET", "/metrics").text
            .contains("statestore_requests{verdict=\"missing\"} 1")
        }
        let address = serving.base + "/hooks/push"
        #expect(try await post(address, []) == 401)
        #expect(try await post(address, [("X-Gitlab-Token", "other")]) == 401)
        try await place.place.land("postgresql/rendered/small")
        #expect(try await post(address, [("X-Gitlab-Token", "hook secret")]) == 202)
        try await until {
          try await serving.request("GET", "/metrics").text
            .contains("statestore_requests{verdict=\"landed\"} 1")
        }
      }
    }
  }

  @Test("is a notification of each change, signed, and sent again when it was not taken")
  func notification() async throws {
    let answers = ["500 Internal Server Error", "200 OK"].map {
      "HTTP/1.1 \($0)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    }
    try await RawServer.with(.answering(answers)) { receiver in
      try await withCluster { place in
        try place.request("postgres-example")
        let path = "/secret-path"
        let address = "http://127.0.0.1:\(receiver.port)\(path)"
        let ending = try await place.watching([
          "--notify", try place.secret(address, in: "notify"),
          "--notify-secret", try place.secret("key", in: "key"),
        ]) { serving in
          try await until {
            try await serving.request("GET", "/metrics").text
              .contains("statestore_watch_notifications_total{outcome=\"sent\"} 1")
          }
        }
        let received = receiver.received
        #expect(received.count == 2)
        #expect(received.allSatisfy { $0.hasPrefix("POST \(path) ") }, "\(received)")
        let last = try #require(received.last)
        let parts = last.components(separatedBy: "\r\n\r\n")
        let body = try JSONReader.node(of: Array(parts[1].utf8), name: "body")
        #expect(body["verdict"]?.string == "missing" && body["reason"]?.string == "NoWork")
        #expect(body["name"]?.string == "postgres-example")
        let code = try await Program.run(
          "openssl", ["dgst", "-sha256", "-hmac", "key", "-r"], input: Array(parts[1].utf8)
        ).text.prefix(64)
        #expect(last.contains("sha256=\(code)"), "\(last)")
        #expect(!ending.everything.contains(path), "\(ending)")
      }
    }
  }
}
