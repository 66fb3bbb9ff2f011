import Manifests
import Testing

@testable import Service

@Suite("What a client requires of a Work that it changes", .timeLimit(.minutes(5)))
struct PreconditionTests {
  @Test(
    "entity tags are read as RFC 9110 writes them",
    arguments: [
      ("*", .any), (" * ", .any), ("\"a\"", .listed(["a"])), ("\"a\", \"b\"", .listed(["a", "b"])),
      ("\"a\",,\"b,c\"", .listed(["a", "b,c"])), ("W/\"a\", \"b\"", .listed(["b"])),
      ("", .listed([])), ("a", nil), ("\"a", nil), ("\"a\" \"b\"", nil), ("*, \"a\"", nil),
    ] as [(String, Preconditions.Versions?)])
  func entityTags(header: String, versions: Preconditions.Versions?) {
    #expect(EntityTag.versions(in: header, isStrong: true) == versions)
  }

  @Test("a weak tag is as good as a strong one where nothing may match")
  func weak() {
    #expect(EntityTag.versions(in: "W/\"a\"", isStrong: false) == .listed(["a"]))
  }

  @Test("an entity tag is given, and another one for every change of what is wanted")
  func tags() async throws {
    try await withStation { station in
      var text = WorkText("example")
      let put = try await station.put(text)
      let tag = try #require(put.headers["etag"])
      #expect(try put.string(at: "/metadata/resourceVersion").map { "\"\($0)\"" } == tag)
      for answer in [
        try await station.get(text), try await station.put(text),
        try await station.request("HEAD", station.path(of: text)),
      ] {
        #expect(answer.headers["etag"] == tag, "\(answer)")
      }
      text.labels["a"] = "b"
      let labelled = try #require(try await station.put(text).headers["etag"])
      text.files = ["manifest.yaml": "kind: B\n"]
      let changed = try #require(try await station.put(text).headers["etag"])
      let leaving = try #require(try await station.delete(text, wait: nil).headers["etag"])
      #expect(Set([tag, labelled, changed, leaving]).count == 4)
      while try await station.get(text).status != 404 { try Task.checkCancellation() }
      let anew = try #require(try await station.put(text).headers["etag"])
      #expect(![tag, labelled, changed, leaving].contains(anew))
    }
  }

  @Test("a change of another version is refused with 412 and changes nothing")
  func changes() async throws {
    try await withStation { station in
      var text = WorkText("example")
      func put(_ headers: [String: String]) async throws -> Station.Answer {
        try await station.request(
          "PUT", station.path(of: text), body: try text.json(), headers: headers)
      }
      func delete(_ headers: [String: String], _ query: String = "") async throws -> Int {
        try await station.request("DELETE", station.path(of: text) + query, headers: headers).status
      }
      #expect(try await put(["If-Match": "*"]).status == 412)
      #expect(try await station.get(text).status == 404)
      let created = try await put(["If-None-Match": "*"])
      #expect(created.status == 201)
      let old = try #require(created.headers["etag"])
      #expect(try await put(["If-None-Match": "*"]).status == 412)
      text.files = ["manifest.yaml": "kind: B\n"]
      let second = try await put(["If-Match": old])
      #expect(second.status == 200)
      let tag = try #require(second.headers["etag"])
      text.files = ["manifest.yaml": "kind: C\n"]
      let refused = try await put(["If-Match": old])
      #expect(refused.status == 412)
      #expect(try refused.string(at: "/type") == "precondition-failed")
      #expect(try await put(["If-None-Match": tag]).status == 412)
      #expect(try await put(["If-Match": "W/\(tag)"]).status == 412)
      #expect(try await put(["If-Match": "example"]).status == 400)
      #expect(try await put(["If-Match": "\"other\", \(tag)"]).status == 200)
      let last = try #require(try await station.get(text).headers["etag"])
      #expect(try await delete(["If-Match": tag]) == 412)
      #expect(try await delete(["If-Match": tag], "?dryRun=All") == 412)
      #expect(try await delete(["If-None-Match": "*"]) == 412)
      #expect(try await station.get(text).node().value(at: "/metadata/deletionTimestamp") == nil)
      #expect(try await delete(["If-Match": last], "?dryRun=All") == 200)
      #expect(try await delete(["If-Match": last]) == 202)
    }
  }

  @Test(
    "a Work that was changed from another version is refused with 409, unless it is a cluster's")
  func versions() async throws {
    try await withStation { station in
      let text = WorkText("example")
      func put(
        _ version: String, uid: String? = nil, _ file: String = "kind: B\n"
      ) async throws -> Station.Answer {
        var text = text
        (text.version, text.uid) = (version, uid)
        text.files = ["manifest.yaml": file]
        return try await station.request("PUT", station.path(of: text), body: try text.json())
      }
      #expect(try await put("w0").status == 409)
      let old = try #require(
        try await station.put(text, wait: nil).string(at: "/metadata/resourceVersion"))
      #expect(try await put(old).status == 200)
      let stale = try await put(old, "kind: C\n")
      #expect(stale.status == 409)
      #expect(try stale.string(at: "/type") == "stale-version")
      #expect(try await put("123").status == 409)
      // As kubectl prints a Work: the version is the cluster's.
      #expect(try await put("123", uid: "u", "kind: D\n").status == 200)
      #expect(try await put(old, uid: "u", "kind: E\n").status == 409)
      // What is got can be put again as it is.
      let got = try await station.get(text)
      let same = try await station.request("PUT", station.path(of: text), body: got.text)
      #expect(same.status == 200, "\(same)")

      func delete(_ preconditions: String) async throws -> Int {
        try await station.request(
          "DELETE", station.path(of: text),
          body: "{\"kind\": \"DeleteOptions\", \"preconditions\": {\(preconditions)}}"
        ).status
      }
      let now = try #require(try same.string(at: "/metadata/resourceVersion"))
      #expect(try await delete("\"resourceVersion\": \"\(old)\"") == 409)
      #expect(try await delete("\"uid\": \"other\"") == 409)
      #expect(try await delete("\"resourceversion\": \"\(now)\"") == 400)
      #expect(try await delete("\"resourceVersion\": \"\(now)\", \"uid\": \"u\"") == 202)
    }
  }
}
