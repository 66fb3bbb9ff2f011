import Foundation
import Manifests
import TestSupport
import Testing

@Suite("The service as a program", .timeLimit(.minutes(5)))
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
        #expect(style.status == 2 && style.errors.contains("lands again"), "\(style)")
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
          "unreachable", 3, ["--server", "http://127.0.0.1:1", "--timeout", "300ms"])
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
        try await fails("unreachable", 3, try site.through(serving) + ["--timeout", "4s"])
      }
    }
  }

  @Test("loses nothing that it acknowledged and lands nothing twice, killed at whatever moment")
  func killed() async throws {
    try await withSite { site in
      let configuration = try site.configuration()
      let rounds = 4
      let perRound = 12
      for round in 0..<rounds {
        try await site.serving(configuration: configuration) { serving in
          try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<perRound {
              let name = "example-\(round)-\(number)"
              group.addTask {
                let answer = try await serving.request(
                  "PUT", "/v1/namespaces/default/works/\(name)", body: work(name))
                #expect(answer.status == 201, "\(answer)")
              }
            }
            try await group.waitForAll()
          }
          // All is acknowledged, and some of it is on its way.
          serving.kill()
        }
      }
      let count = rounds * perRound
      try await site.serving(configuration: configuration) { serving in
        for number in 0..<count {
          let name = "example-\(number / perRound)-\(number % perRound)"
          let answer = try await serving.request(
            "GET", "/v1/namespaces/default/works/\(name)?wait=60s")
          #expect(answer.text.contains("\"reason\": \"ReadBack\""), "\(answer)")
        }
      }
      let subjects = try await site.git("log", "--format=%s", "main").split(separator: "\n")
        .filter { $0.hasPrefix("Update from: example") }
      #expect(subjects.count == count)
      #expect(Set(subjects).count == count)
      #expect(try await site.files().filter { $0.hasSuffix("manifest.yaml") }.count == count)
      try await site.git("fsck", "--strict", "--no-dangling")
    }
  }

  @Test("ends when it is told to, with what is under way")
  func terminated() async throws {
    try await withSite { site in
      let ending = try await site.serving(configuration: try site.configuration()) { serving in
        let answer = try await serving.request(
          "PUT", "/v1/namespaces/default/works/example", body: work("example"))
        #expect(answer.status == 201)
        serving.terminate()
      }
      #expect(ending.status == 0, "\(ending)")
    }
  }

  @Test("waits for nobody who is slow to send when it is told to end")
  func terminatedAmidBodies() async throws {
    try await withSite { site in
      let began = ContinuousClock.now
      let ending = try await site.serving(configuration: try site.configuration()) { serving in
        let port = try #require(serving.base.split(separator: ":").last)
        let script = """
          exec 3<>/dev/tcp/127.0.0.1/\(port)
          printf 'PUT /v1/namespaces/default/works/a HTTP/1.1\\r\\nHost: a\\r\\n' >&3
          printf 'Authorization: Bearer \(Serving.token)\\r\\nContent-Length: 9\\r\\n\\r\\n{' >&3
          cat <&3
          """
        async let slow = Program.run("bash", ["-c", script])
        // The answer to another request comes after the connections before it were accepted.
        _ = try await serving.request("GET", "/livez")
        serving.terminate()
        _ = try await slow
      }
      #expect(ending.status == 0, "\(ending)")
      #expect(ContinuousClock.now - began < .seconds(20))
    }
  }

  @Test("follows the configuration while it runs")
  func reload() async throws {
    try await withSite { site in
      let configuration = try site.configuration(
        replacing: ["environment: dev": "environment: elsewhere"])
      try await site.serving(configuration: configuration) { serving in
        let selecting = work("example", selector: "{\"environment\":\"dev\"}")
        let refused = try await serving.request(
          "PUT", "/v1/namespaces/default/works/example?wait=30s", body: selecting)
        #expect(refused.text.contains("NoDestination"), "\(refused)")
        let file = URL(filePath: configuration).appending(path: "destinations.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        try Data(text.replacing("environment: elsewhere", with: "environment: dev").utf8)
          .write(to: file)
        var answer = refused
        while !answer.text.contains("ReadBack") {
          try Task.checkCancellation()
          answer = try await serving.request(
            "GET", "/v1/namespaces/default/works/example?wait=100ms")
        }
      }
    }
  }
}

/// A Work with one file, as JSON.
private func work(_ name: String, selector: String = "{}") -> String {
  """
  {"apiVersion":"platform.kratix.io/v1alpha1","kind":"Work",
   "metadata":{"name":"\(name)","namespace":"default",
     "labels":{"kratix.io/pipeline-name":"instance-configure"}},
   "spec":{"promiseName":"postgresql","resourceName":"\(name)","workloadGroups":[
     {"id":"5058f1af8388633f609cadb75a75dc9d","directory":".",
      "destinationSelectors":[{"matchLabels":\(selector),"source":"promise"}],
      "workloads":[{"filepath":"manifest.yaml","content":"H4sIAAAAAAAAA8vOzEuxUnDkAgBqHK0GCAAAAA=="}]}]}}
  """
}
