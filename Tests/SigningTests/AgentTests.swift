import Foundation
import Git
import GitTransport
import Subprocess
import SystemPackage
import TestSupport
import Testing

@testable import Signing

@Suite("ssh-agent", .timeLimit(.minutes(2)))
struct AgentTests {
  /// Runs a body with an agent that has some keys.
  private func withAgent(_ keys: [SSHKeyPair], _ body: (String) async throws -> Void) async throws {
    try await withTemporaryDirectory { directory in
      let socket = directory.appending(path: "agent").path
      _ = try await Subprocess.run(
        .path(.init(try Program.path(of: "ssh-agent"))),
        arguments: ["-D", "-a", socket], input: .none, output: .discarded, error: .discarded
      ) { execution in
        try await until { FileManager.default.fileExists(atPath: socket) }
        for key in keys {
          let added = try await Program.run(
            "ssh-add", ["-q", key.file.path], environment: ["SSH_AUTH_SOCK": socket])
          #expect(added.isSuccess, "\(added.errors)")
        }
        try await body(socket)
        try execution.send(signal: .terminate)
      }
    }
  }

  @Test("signs with the key whose public half is given")
  func signs() async throws {
    try await Court.with { court in
      var keys: [SSHKeyPair] = []
      for kind in [["-t", "ed25519"], ["-t", "rsa", "-b", "2048"], ["-t", "ecdsa"]] {
        keys.append(try await SSHKeyPair(kind, in: court.directory))
      }
      let absent = try await SSHKeyPair(in: court.directory)
      try await withAgent(keys) { socket in
        let environment = ["SSH_AUTH_SOCK": socket]
        for key in keys {
          for text in [key.publicText, "key::" + key.publicText] {
            let signer = try CommitSigner(Secret(text), named: "key", environment: environment)
            #expect(signer.description.hasSuffix(" of ssh-agent"))
            let signed = try await signer.signed(court.commit, until: soon)
            let verdict = try await court.verdict(on: signed, allowing: key.line())
            #expect(verdict.isGood, "\(verdict.text)")
          }
        }
        let signer = try CommitSigner(
          Secret(absent.publicText), named: "key", environment: environment)
        let error = await failure { try await signer.signed(court.commit, until: soon) }
        #expect(error?.code == .failed)
        #expect(error?.message.contains("ssh-add -l") == true)
      }
    }
  }

  @Test("that is not there is named")
  func absent() async throws {
    try await Court.with { court in
      let key = try await SSHKeyPair(in: court.directory)
      for socket in ["/nowhere/agent", String(repeating: "a", count: 200)] {
        let signer = try CommitSigner(
          Secret(key.publicText), named: "key", environment: ["SSH_AUTH_SOCK": socket])
        let error = await failure { try await signer.signed(court.commit, until: soon) }
        #expect(error?.code == .failed)
        #expect(error?.message.contains("does not answer at \(socket)") == true)
      }
    }
  }

  @Test(
    "that lies, ends or says nothing makes no signature",
    arguments: [
      ([], .timedOut), ([0, 0, 0, 0], .failed), ([0xFF, 0xFF, 0xFF, 0xFF], .failed),
      ([0, 0, 0, 1, 5], .failed), ([0, 0, 0, 5, 14, 0, 0, 0, 9], .failed),
      ([0, 0, 0, 9, 14, 0, 0, 0, 4, 0, 0, 0, 0], .failed), ([0, 0, 0, 9, 14], .timedOut),
    ] as [([UInt8], SigningError.Code)])
  func hostile(_ answer: [UInt8], _ code: SigningError.Code) async throws {
    try await Court.with { court in
      let key = try await SSHKeyPair(in: court.directory)
      let path = court.directory.appending(path: "agent").path
      let listener = try UnixListener(at: path, answering: answer)
      let signer = try CommitSigner(
        Secret(key.publicText), named: "key", environment: ["SSH_AUTH_SOCK": path])
      // One that says nothing is waited for as long as there is time.
      let deadline = ContinuousClock.now + (code == .timedOut ? .milliseconds(300) : .seconds(100))
      let error = await failure { try await signer.signed(court.commit, until: deadline) }
      #expect(error?.code == code, "\(String(describing: error))")
      listener.close()
    }
  }
}

/// Listens at a path, and gives the first caller some bytes.
private final class UnixListener: Sendable {
  private let descriptor: Int32

  init(at path: String, answering answer: [UInt8]) throws {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    self.descriptor = descriptor
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard status == 0, listen(descriptor, 1) == 0 else { throw TestFailure("no socket at \(path)") }
    Thread.detachNewThread {
      let caller = accept(descriptor, nil, nil)
      guard caller >= 0 else { return }
      var request = [UInt8](repeating: 0, count: 4096)
      _ = recv(caller, &request, request.count, 0)
      _ = send(caller, answer, answer.count, Int32(MSG_NOSIGNAL))
      // Until the caller gives up.
      _ = recv(caller, &request, request.count, 0)
      Glibc.close(caller)
    }
  }

  func close() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}
