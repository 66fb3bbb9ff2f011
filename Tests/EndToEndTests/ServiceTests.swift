import Foundation
import Manifests
import TestSupport
import Testing

@Suite("The service, for commands that write and check through it", .timeLimit(.minutes(5)))
struct ServiceTests {
  @Test(
    "lands for a pipeline without Git credentials, with the same outcomes as a write of its own",
    arguments: [RemoteKind.path, .https])
  func write(on kind: RemoteKind) async throws {
    try await withSite(on: kind) { site in
      let configuration = try site.configuration()
      try await site.serving(configuration: configuration) { serving in
        let server = try site.through(serving)
        let receipt = site.directory.appending(path: "receipt.json").path
        func write(_ more: [String], _ status: Int32 = 0) async throws -> Statestore.Ending {
          let ending = try await site.statestore.run(["write"] + server + more)
          #expect(ending.status == status, "\(ending)")
          #expect(!ending.everything.contains(Site.password))
          #expect(!ending.everything.contains(Serving.token))
          return ending
        }
        let landed = try await write(Rendering.small.flags + ["--receipt", receipt])
        #expect(landed.output.contains("landed"), "\(landed)")
        let files = try await site.files()
        #expect(files.contains("\(Rendering.small.defaultPlace())/postgresql-instance.yaml"))
        let again = try await write(Rendering.small.flags + ["-o", "json"])
        #expect(try again.document()["outcome"]?.string == "unchanged", "\(again)")
        try await site.runConfigured(
          "verify", ["--config", configuration, "--receipt", receipt])

        let removed = try await write(Rendering.small.flags + ["--workflow-action", "delete"])
        #expect(removed.output.contains("removed"), "\(removed)")
        #expect(try await site.files().filter { $0.contains("postgres-example") }.isEmpty)
        let gone = try await write(Rendering.small.flags + ["--workflow-action", "delete"])
        #expect(gone.output.contains("unchanged"), "\(gone)")
        let own = try await site.runConfigured(
          "write",
          ["--config", configuration, "--workflow-action", "delete"] + Rendering.small.flags)
        #expect(gone.output == own.output)

        // What was landed past the service is no Work of its own.
        for removal in [Rendering.small.flags, Rendering.small.wholeRequest] {
          try await site.runConfigured(
            "write", ["--config", configuration] + Rendering.small.flags)
          let foreign = try await write(removal + ["--workflow-action", "delete", "-o", "json"])
          #expect(try foreign.document()["outcome"]?.string == "removed", "\(foreign)")
          #expect(try await site.files().filter { $0.contains("postgres-example") }.isEmpty)
        }
      }
    }
  }

  @Test("checks for whoever has no Git credentials, with the findings and exit statuses of verify")
  func verify() async throws {
    try await withSite(on: .https) { site in
      let configuration = try site.configuration()
      try await site.serving(configuration: configuration) { serving in
        let server = try site.through(serving)
        let receipt = site.directory.appending(path: "receipt.json").path
        let request = ["--request", Fixture.path("postgresql/requests/small.yaml")]
        func verify(_ arguments: [String], _ status: Int32) async throws -> Statestore.Ending {
          let ending = try await site.statestore.run(["verify"] + server + arguments)
          #expect(ending.status == status, "\(ending)")
          #expect(!ending.everything.contains(Site.password))
          return ending
        }
        let missing = try await verify(request, 1)
        #expect(missing.output.contains("not-landed"), "\(missing)")
        _ = try await site.statestore.run(
          ["write"] + server + Rendering.small.flags + ["--receipt", receipt])
        _ = try await verify(request, 0)
        _ = try await verify(Rendering.small.flags, 0)
        _ = try await verify(["--receipt", receipt], 0)
        _ = try await verify(request + ["--ref", "nowhere"], 3)
        let broken = Fixture.directory("broken/namespace-broken/rendered")
        let ending = try await site.statestore.run(
          ["write"] + server + Rendering(directory: broken).flags)
        #expect(ending.status == 0, "\(ending)")
        let wrong = try await verify(request + ["-o", "json"], 1)
        let rule = try wrong.document().value(at: "/resources/0/findings/0/rule")
        #expect(rule?.string == "wrong-namespace", "\(wrong)")
        _ = try await verify(request + ["--rule", "wrong-namespace=off"], 0)
        let modified = try await verify(Rendering.small.flags, 1)
        #expect(modified.output.contains("modified-file"), "\(modified)")
      }
    }
  }

  @Test("shows what a write or a removal would change, and changes nothing")
  func dryRun() async throws {
    try await withSite { site in
      let configuration = try site.configuration()
      try await site.serving(configuration: configuration) { serving in
        let server = try site.through(serving)
        func compare(_ more: [String], _ expected: String) async throws {
          let flags = ["--dry-run"] + Rendering.small.flags + more
          let before = try await site.git("rev-parse", "main")
          let through = try await site.statestore.run(["write"] + server + flags)
          let own = try await site.runConfigured("write", ["--config", configuration] + flags)
          #expect(through.status == 0, "\(through)")
          #expect(through.output == own.output, "\(through)")
          #expect(through.output.contains(expected), "\(through)")
          #expect(try await site.git("rev-parse", "main") == before)
        }
        try await compare([], "+kind: Deployment")
        try await compare(["-o", "json"], "\"added\"")
        let shown = try await serving.request("GET", "/v1/works")
        #expect(!shown.text.contains("postgres-example"), "\(shown)")
        let landed = try await site.statestore.run(["write"] + server + Rendering.small.flags)
        #expect(landed.status == 0, "\(landed)")
        try await compare([], "nothing would change")
        try await compare(["--workflow-action", "delete"], "-kind: Deployment")
        let style = try await site.statestore.run(
          ["write", "--relocate"] + server + Rendering.small.flags)
        #expect(style.status == 2 && style.errors.contains("apply to one write"), "\(style)")
      }
    }
  }

  @Test("checks everything, waits, and prints every form, as a check of its own does")
  func verifyEverything() async throws {
    try await withSite { site in
      let configuration = try site.configuration()
      try await site.serving(configuration: configuration) { serving in
        let server = try site.through(serving)
        let request = ["--request", Fixture.path("postgresql/requests/small.yaml")]
        let waiting = try await site.statestore.run(
          ["verify"] + server + request + ["--wait", "300ms"])
        #expect(waiting.status == 1 && waiting.output.contains("not-landed"), "\(waiting)")
        _ = try await site.statestore.run(["write"] + server + Rendering.small.flags)
        for format in ["text", "json", "yaml", "junit", "sarif", "github"] {
          let flags = ["--all", "-o", format, "--max-age", "36h"]
          let through = try await site.statestore.run(["verify"] + server + flags)
          let own = try await site.runConfigured("verify", ["--config", configuration] + flags)
          #expect(through.status == 0, "\(through)")
          #expect(through.output == own.output, "\(format)")
        }
        let landed = try await site.statestore.run(
          ["verify"] + server + request + ["--wait", "20s", "-o", "prometheus"])
        #expect(landed.status == 0 && landed.output.contains("statestore_"), "\(landed)")
        let state = try await site.statestore.run(
          ["verify", "--all", "--state", "state"] + server)
        #expect(state.status == 2 && state.errors.contains("remembers"), "\(state)")
        let stranger = try await site.statestore.run(
          ["verify"] + server + request + ["--destination", "elsewhere"])
        #expect(stranger.status == 2, "\(stranger)")
      }
    }
  }

  @Test("fails as a write of its own would")
  func failures() async throws {
    try await withSite { site in
      try await site.serving(configuration: try site.configuration()) { serving in
        func fails(
          _ outcome: String, _ status: Int32, _ arguments: [String],
          sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
          let ending = try await site.statestore.run(
            ["write"] + arguments + Rendering.small.flags)
          #expect(ending.status == status, "\(ending)", sourceLocation: sourceLocation)
          #expect(
            ending.errors.hasPrefix("\(outcome): "), "\(ending)", sourceLocation: sourceLocation)
        }
        try await fails(
          "authentication-failed", 3, try site.through(serving, token: "of-a-stranger"))
        try await fails(
          "unreachable", 3, ["--server", "http://127.0.0.1:1", "--timeout", "2s"])
        try await fails("invalid-configuration", 2, ["--server", "http://192.0.2.1:80"])
        try await fails("invalid-configuration", 2, ["--server", "statestore"])
        let hook = site.repository.appending(path: "hooks/pre-receive")
        try Data("#!/bin/sh\necho 'Not on Fridays.' >&2\nexit 1\n".utf8).write(to: hook)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: hook.path)
        let refused = try await site.statestore.run(
          ["write"] + site.through(serving) + Rendering.small.flags)
        #expect(refused.status == 1, "\(refused)")
        #expect(refused.errors.hasPrefix("rejected: "), "\(refused)")
        #expect(refused.errors.contains("Not on Fridays."), "\(refused)")
        try FileManager.default.moveItem(
          at: site.repository, to: site.directory.appending(path: "away.git"))
        try await fails("repository-missing", 1, try site.through(serving))
      }
    }
  }

  @Test(
    "is sent no token over plain http where a name only begins as this machine's address does",
    arguments: [
      "http://127.0.0.1.example.com", "http://127.example.com", "http://localhost.example.com",
    ])
  func plain(server: String) async throws {
    try await withSite { site in
      let ending = try await site.statestore.run(
        ["write", "--server", server, "--timeout", "1s"] + Rendering.small.flags)
      #expect(ending.status == 2, "\(ending)")
      #expect(ending.errors.contains("plain http would show the token"), "\(ending)")
    }
  }
}
