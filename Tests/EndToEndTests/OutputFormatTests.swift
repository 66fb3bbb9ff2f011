import Foundation
import Manifests
import Testing

@Suite("What programs read", .timeLimit(.minutes(5)))
struct OutputFormatTests {
  private let request = ["--request", Fixture.path("postgresql/requests/small.yaml")]

  @Test("is one document with a version, whatever the command", arguments: ["json", "yaml"])
  func formats(format: String) async throws {
    try await withSite { site in
      let flags = Rendering.small.flags + ["-o", format]
      let dryRun = try await site.run("write", flags + ["--dry-run"]).document()
      #expect(dryRun["schemaVersion"]?.integer == 1)
      let path = "/previews/0/files/0/path"
      let file = "\(Rendering.small.defaultPlace())/postgresql-instance.yaml"
      #expect(dryRun.value(at: path)?.string == file)

      let diff = try await site.run("diff", flags, expecting: 1).document()
      #expect(diff["schemaVersion"]?.integer == 1)
      #expect(diff.value(at: path)?.string == file)
      #expect(diff.value(at: "/previews/0/files/0/change")?.string == "added")

      for outcome in ["landed", "unchanged"] {
        let write = try await site.run("write", flags).document()
        #expect(write["schemaVersion"]?.integer == 1)
        #expect(write["outcome"]?.string == outcome)
        #expect(write.value(at: "/receipts/0/placements/0/files/0/path")?.string == file)
      }
      let verify = try await site.run("verify", request + ["-o", format]).document()
      #expect(verify["schemaVersion"]?.integer == 1)
      let status = try await site.run("status", ["-o", format]).document()
      #expect(status["schemaVersion"]?.integer == 1)
      #expect(status.value(at: "/holdings/0/name")?.string == "postgres-example")
      let initialized = try await site.run("init", ["-o", format]).document()
      #expect(initialized["outcome"]?.string == "unchanged")
      let removed = try await site.run("write", flags + ["--workflow-action", "delete"]).document()
      #expect(removed["outcome"]?.string == "removed")
    }
  }

  @Test(
    "tells a failure by its outcome's name",
    arguments: ["write", "diff", "verify", "status", "init"])
  func failure(command: String) async throws {
    try await withSite(isInitialized: false) { site in
      let arguments =
        switch command {
        case "write", "diff": Rendering.small.flags
        case "verify": request
        default: [String]()
        }
      let ending = try await site.statestore.run(
        [command, "--repo", "http://127.0.0.1:1/state.git", "-o", "json"] + arguments)
      #expect(ending.status == 3, "\(ending)")
      let document = try ending.document()
      #expect(document["schemaVersion"]?.integer == 1)
      #expect(document["outcome"]?.string == "unreachable")
      #expect(document["message"]?.string?.contains("127.0.0.1:1") == true)
    }
  }

  @Test("has no colours, and neither has what people read when it is no terminal")
  func colours() async throws {
    try await withSite { site in
      for environment in [[:], ["NO_COLOR": "1"], ["TERM": "xterm-256color"]] {
        let ending = try await site.run(
          "verify", request + ["--destination", "worker"], environment: environment, expecting: 1)
        #expect(!ending.everything.contains("\u{1b}"), "\(ending)")
        #expect(ending.output.contains("not-landed"))
      }
    }
  }

  @Test("does nothing to a terminal: characters that would are shown by their code points")
  func harmless() async throws {
    try await withSite { site in
      let file = "x\u{1B}[31m\u{202E}.yaml"
      let ending = try await site.run("verify", ["--request", file], expecting: 2)
      #expect(ending.errors.contains(#"x\u{1b}[31m\u{202e}.yaml"#), "\(ending)")
      #expect(!ending.errors.unicodeScalars.contains("\u{1B}"))
    }
  }

  @Test("puts what others wrote on one line of the log", arguments: ["text", "json"])
  func logLine(format: String) async throws {
    try await withSite { site in
      let file = try site.directory.write("", to: "a\r\nerror statestore: b\u{1b}[2K\u{2028}.yaml")
        .path
      let ending = try await site.run("status", ["--config", file, "--log-format", format])
      #expect(ending.errors.contains("passed over"), "\(ending)")
      #expect(ending.errors.utf8.count { $0 == UInt8(ascii: "\n") } == 1, "\(ending)")
      let marks: [Unicode.Scalar] = ["\u{1b}", "\r", "\u{2028}"]
      #expect(!ending.errors.unicodeScalars.contains { marks.contains($0) }, "\(ending)")
    }
  }

  @Test(
    "is explained",
    arguments: [
      [], ["init"], ["write"], ["diff"], ["verify"], ["status"], ["serve"], ["watch"],
    ])
  func help(command: [String]) async throws {
    try await withSite(isInitialized: false) { site in
      let ending = try await site.statestore.run(command + ["--help"])
      #expect(ending.status == 0, "\(ending)")
      #expect(ending.output.contains("USAGE: statestore"))
      // With an example.
      #expect(ending.output.contains("statestore \(command.first ?? "write") "))
      // Defaults as they would be typed.
      #expect(!ending.output.contains("Argument("), "\(ending)")
      #expect(ending.errors.isEmpty)
    }
  }

  @Test("ends with its status and no signal, however soon the program ends and however often")
  func endings() async throws {
    try await withSite(isInitialized: false) { site in
      let unreachable = ["status", "--repo", "http://127.0.0.1:1/state.git", "--timeout", "5ms"]
      let commands: [(arguments: [String], status: Int32)] = [
        (["--version"], 0), (["verify"], 2), (unreachable, 3),
      ]
      for _ in 0..<60 {
        for command in commands {
          let ending = try await site.statestore.run(command.arguments)
          #expect(ending.status == command.status, "\(ending)")
        }
      }
    }
  }

  @Test("goes apart from the log, which may be JSON too")
  func log() async throws {
    try await withSite { site in
      let flags = Rendering.small.flags + ["--log-level", "trace", "--log-format", "json"]
      let ending = try await site.run("write", flags + ["-o", "json"])
      #expect(try ending.document()["outcome"]?.string == "landed")
      for line in ending.errors.split(separator: "\n") {
        let entry = try ManifestFile(parsing: String(line), name: "log").documents.first?.root
        #expect(entry?["level"]?.string != nil, "\(line)")
      }
    }
  }
}
