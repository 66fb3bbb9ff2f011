import Foundation
import TestSupport
import Testing

@Suite("The time limit of a command", .timeLimit(.minutes(5)))
struct TimeoutTests {
  /// State stores on addresses of their own, each with one Destination.
  private func platform(_ addresses: [String]) -> String {
    addresses.enumerated().map { number, address in
      """
      apiVersion: platform.kratix.io/v1alpha1
      kind: GitStateStore
      metadata: {name: s\(number)}
      spec: {url: "\(address)", branch: main}
      ---
      apiVersion: platform.kratix.io/v1alpha1
      kind: Destination
      metadata: {name: w\(number), labels: {environment: dev}}
      spec: {path: w\(number), stateStoreRef: {kind: GitStateStore, name: s\(number)}}
      """
    }.joined(separator: "\n---\n")
  }

  private let request = ["--request", Fixture.path("postgresql/requests/small.yaml")]

  @Test(
    "is one for all state stores",
    arguments: ["verify", "status", "diff", "write", "remove", "verify --wait"])
  func severalStores(command: String) async throws {
    try await withSite(isInitialized: false) { site in
      try await RawServer.with(.silent) { server in
        let addresses = (0..<12).map { "http://127.0.0.1:\(server.port)/s\($0).git" }
        let file = try site.directory.write(platform(addresses), to: "platform.yaml")
        let config = ["--config", file.path, Fixture.path("postgresql/promise.yaml")]
        let words = command.split(separator: " ").map(String.init)
        let arguments: [String] =
          switch command {
          case "verify": request
          case "verify --wait": ["1s"] + request
          case "status": []
          case "remove":
            ["--promise", "postgresql", "--namespace", "default", "--name", "postgres-example"]
          default: Rendering.small.flags
          }
        let start = ContinuousClock.now
        let found = try await site.statestore.run(
          words + arguments + config + ["--timeout", "3s"])
        let passed = ContinuousClock.now - start
        #expect(found.status == 3, "\(found)")
        #expect(found.errors.contains("timed-out: "), "\(found)")
        // Twelve times as long if each had a time of its own.
        #expect(passed < .seconds(24), "\(passed)")
      }
    }
  }

  @Test("does not keep back what is known of the state stores that answer")
  func oneIsSilent() async throws {
    try await withSite { site in
      try await RawServer.with(.silent) { server in
        let silent = "http://127.0.0.1:\(server.port)/s.git"
        let file = try site.directory.write(
          platform([silent, site.address]), to: "platform.yaml")
        let config = ["--config", file.path, Fixture.path("postgresql/promise.yaml")]
        try await site.runConfigured(
          "write", config + Rendering.small.flags + ["--destination", "w1"])
        let ending = try await site.runConfigured(
          "verify", config + request + ["--timeout", "5s"], expecting: 3)
        #expect(ending.output.contains("1 of 1 landed"), "\(ending)")
        #expect(ending.errors.contains("timed-out: \(silent)"), "\(ending)")
      }
    }
  }

  @Test("holds for what is read and judged, not for the server alone")
  func ownWork() async throws {
    try await withSite { site in
      try await site.run("write", Rendering.small.flags)
      for arguments in [request, ["--all"]] {
        let whole = try await site.run("verify", arguments)
        #expect(whole.output.contains("1 of 1 landed"), "\(whole)")
        // No process starts and reads a state store within a millisecond.
        let ending = try await site.run("verify", arguments + ["--timeout", "1ms"], expecting: 3)
        #expect(ending.errors.hasPrefix("timed-out: "), "\(ending)")
        #expect(ending.output.isEmpty, "\(ending)")
      }
    }
  }

  @Test("holds for a service that begins to answer and never ends")
  func service() async throws {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
    try await withSite(isInitialized: false) { site in
      try await RawServer.with(.stalling(head)) { server in
        for (command, arguments) in [("write", Rendering.small.flags), ("verify", request)] {
          let ending = try await site.statestore.run(
            [command, "--server", "http://127.0.0.1:\(server.port)", "--timeout", "2s"]
              + arguments)
          #expect(ending.status == 3, "\(ending)")
          #expect(ending.errors.contains("timed-out: "), "\(ending)")
        }
      }
    }
  }
}
