import Foundation
import TestSupport
import Testing

@Suite("What verify is to look for", .timeLimit(.minutes(5)))
struct VerifySourceTests {
  @Test("a directory without requests is a mistake, not a success")
  func emptyDirectory() async throws {
    try await withSite { site in
      try await site.run("init")
      let empty = try site.directory.makeDirectory("requests")
      let ending = try await site.run("verify", ["--request", empty.path], expecting: 2)
      #expect(ending.errors.contains("\(empty.path): there is no request in it"), "\(ending)")
    }
  }

  @Test("a receipt that proves nothing, or something else, is refused")
  func receipts() async throws {
    try await withSite { site in
      let path = site.directory.appending(path: "receipt.json").path
      try await site.run("write", Rendering.small.flags + ["--receipt", path])
      try await site.run("verify", ["--receipt", path])
      let text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
      let dryRun = try await site.run("write", Rendering.small.flags + ["--dry-run", "-o", "json"])
      let cases = [
        ("{\"schemaVersion\": 1, \"outcome\": \"rejected\", \"receipts\": []}", ["rejected"]),
        (
          text.replacing("\"outcome\": \"landed\"", with: "\"outcome\": \"rejected\""),
          ["rejected"]
        ),
        (dryRun.output, ["no placement", "dry run"]),
        (
          text.replacing("\"schemaVersion\": 1", with: "\"schemaVersion\": 2"),
          ["schemaVersion 2"]
        ),
        (
          text.replacing("\"branch\": \"main\"", with: "\"branch\": \"other\""),
          ["other of ", "main of "]
        ),
        (
          text.replacing("state.git", with: "another.git"),
          ["another.git", "main of "]
        ),
      ]
      for (receipt, words) in cases {
        try #require(receipt != text, "\(text)")
        let file = try site.directory.write(receipt, to: "other.json")
        let ending = try await site.run("verify", ["--receipt", file.path], expecting: 2)
        for word in words { #expect(ending.errors.contains(word), "\(ending)") }
      }
    }
  }
}
