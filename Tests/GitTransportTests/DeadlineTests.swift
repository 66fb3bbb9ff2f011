import Foundation
import Git
import GitTransport
import TestSupport
import Testing

@Suite("Every wait ends")
struct DeadlineTests {
  static let schemes = ["http", "https", "ssh"]

  private func address(_ scheme: String, _ server: RawServer) -> String {
    "\(scheme)://\(scheme == "ssh" ? "git@" : "")127.0.0.1:\(server.port)/x.git"
  }

  @Test(
    "A silent server is left at the deadline, and the error says what was waited for",
    .timeLimit(.minutes(1)), arguments: schemes)
  func silent(_ scheme: String) async throws {
    try await RawServer.with(.silent) { server in
      let remote = try makeRemote(address(scheme, server))
      let start = ContinuousClock.now
      let errors = [
        await failure {
          try await remote.references(
            withPrefix: [], deadline: .now.advanced(by: .milliseconds(150)))
        },
        await failure {
          try await remote.openPush(deadline: .now.advanced(by: .milliseconds(150)))
        },
      ]
      for error in errors {
        #expect(error?.code == .timedOut, "\(error as Any)")
        #expect(error?.message.contains("waited for the references") == true)
      }
      // Far from the deadline of a test that hangs, and far enough for a busy machine.
      #expect(start.duration(to: .now) < .seconds(20))
      await remote.close()
    }
  }

  @Test(
    "A cancelled task leaves a silent server at once", .timeLimit(.minutes(1)),
    arguments: schemes)
  func cancelled(_ scheme: String) async throws {
    try await RawServer.with(.silent) { server in
      let remote = try makeRemote(address(scheme, server))
      let task = Task { await failure { try await remote.openPush(deadline: soon) } }
      task.cancel()
      #expect(await task.value?.code == .cancelled)
      await remote.close()
    }
  }

  @Test(
    "A hook that does not end is left at the deadline, with the outcome unknown and no process left",
    .timeLimit(.minutes(1)), arguments: ConnectionKind.allCases)
  func hangingHook(_ kind: ConnectionKind) async throws {
    try await withSite(kind) { site in
      let sign = site.directory.appendingPathComponent("hook-process").path
      try site.repository.hook("pre-receive", "echo $$ > '\(sign)'; exec sleep 20")
      let first = try await site.repository.commit(["a.yaml": "one\n"])
      let pack = try await site.repository.pack(first)
      let push = try await site.remote.openPush(deadline: soon)
      let error = await failure {
        try await push.push(
          ReferenceUpdate(name: "refs/heads/main", old: .zero, new: first), pack: pack,
          deadline: .now.advanced(by: .milliseconds(700)))
      }
      #expect(error?.code == .outcomeUnknown, "\(error as Any)")
      if kind == .path {
        let process = try String(contentsOfFile: sign, encoding: .utf8)
          .trimmingCharacters(in: .newlines)
        let limit = soon
        var isThere = true
        // The signal was sent; a busy machine may take its time to deliver it.
        while isThere, ContinuousClock.now < limit {
          let state = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
          // Gone, or dead and waiting for init to notice.
          isThere = state != nil && state?.contains(") Z ") != true
          await Task.yield()
        }
        #expect(!isThere)
      }
    }
  }

  @Test(
    "A connection that ends in the middle of an answer is no answer", .timeLimit(.minutes(1)),
    arguments: schemes)
  func slammed(_ scheme: String) async throws {
    try await RawServer.with(.closing(afterBytes: 1)) { server in
      let remote = try makeRemote(address(scheme, server))
      let error = await failure { try await remote.openPush(deadline: soon) }
      let codes: [TransportError.Code?] = [.connectionClosed, .unreachable]
      #expect(codes.contains(error?.code), "\(error as Any)")
      await remote.close()
    }
  }
}
