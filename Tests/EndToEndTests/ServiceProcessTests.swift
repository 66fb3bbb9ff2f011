import Foundation
import TestSupport
import Testing

@Suite("The service as a process", .timeLimit(.minutes(5)))
struct ServiceProcessTests {
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
          #expect(answer.text.contains("\"message\": \"read back at"), "\(answer)")
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

  @Test("ends in time whatever it is about to land")
  func terminatedDuringLargeWork() async throws {
    try await withSite { site in
      let files = (0..<9_000).map { number in
        #"{"filepath":"\#(number).yaml","content":"H4sIAAAAAAAAA8vOzEuxUnDkAgBqHK0GCAAAAA=="}"#
      }
      let large = work("example", workloads: files.joined(separator: ","))
      let clock = ContinuousClock()
      var signalled = clock.now
      let ending = try await site.serving(
        configuration: try site.configuration(), ["--shutdown-timeout", "1s"]
      ) { serving in
        let answer = try await serving.request(
          "PUT", "/v1/namespaces/default/works/example", body: large)
        #expect(answer.status == 201, "\(answer)")
        signalled = clock.now
        serving.terminate()
      }
      #expect(clock.now - signalled < .seconds(20))
      // 3 where it had to be cut off.
      #expect([0, 3].contains(ending.status), "\(ending)")
      // What was acknowledged lands after the next start.
      try await site.serving(configuration: try site.configuration()) { serving in
        let answer = try await serving.request(
          "GET", "/v1/namespaces/default/works/example?wait=60s")
        #expect(answer.text.contains("read back at"), "\(answer)")
      }
      #expect(try await site.files().filter { $0.hasSuffix(".yaml") }.count >= 9_000)
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
        while !answer.text.contains("read back at") {
          try Task.checkCancellation()
          answer = try await serving.request(
            "GET", "/v1/namespaces/default/works/example?wait=100ms")
        }
      }
    }
  }
}

/// A Work, of one file where nothing else is said, as JSON.
private func work(
  _ name: String, selector: String = "{}",
  workloads: String =
    #"{"filepath":"manifest.yaml","content":"H4sIAAAAAAAAA8vOzEuxUnDkAgBqHK0GCAAAAA=="}"#
) -> String {
  """
  {"apiVersion":"platform.kratix.io/v1alpha1","kind":"Work",
   "metadata":{"name":"\(name)","namespace":"default",
     "labels":{"kratix.io/pipeline-name":"instance-configure"}},
   "spec":{"promiseName":"postgresql","resourceName":"\(name)","workloadGroups":[
     {"id":"5058f1af8388633f609cadb75a75dc9d","directory":".",
      "destinationSelectors":[{"matchLabels":\(selector),"source":"promise"}],
      "workloads":[\(workloads)]}]}}
  """
}
