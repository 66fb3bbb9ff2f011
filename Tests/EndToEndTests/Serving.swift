import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Subprocess
import SystemPackage
import TestSupport

/// The program while it serves, and a client of it.
struct Serving: Sendable {
  /// The token of a client that may write.
  static let token = "0123456789abcdef-token-of-the-tests"

  let base: String
  let kill: @Sendable () -> Void
  let terminate: @Sendable () -> Void

  /// Sends a request as a client that may write.
  func request(
    _ method: String, _ path: String, body: String? = nil
  ) async throws -> (status: Int, text: String) {
    var request = HTTPClientRequest(url: base + path)
    request.method = .init(rawValue: method)
    request.headers.add(name: "Authorization", value: "Bearer \(Self.token)")
    if let body { request.body = .bytes(ByteBuffer(string: body)) }
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
    let text = String(buffer: try await response.body.collect(upTo: 16 << 20))
    return (Int(response.status.code), text)
  }
}

extension Site {
  /// The flags with which `write` and `verify` go through a service.
  func through(_ serving: Serving, token: String = Serving.token) throws -> [String] {
    let file = try directory.write(token + "\n", to: "token-\(UUID().uuidString)")
    // One that every user can read is remarked on.
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    return ["--server", serving.base, "--token-file", file.path]
  }

  /// Runs a body while the program serves this site, with a desired state that stays.
  ///
  /// - Returns: How the program ended.
  @discardableResult
  func serving(
    configuration: String, _ arguments: [String] = [], _ body: (Serving) async throws -> Void
  ) async throws -> Statestore.Ending {
    let digest = try await Program.run("sha256sum", [], input: Array(Serving.token.utf8)).text
    let tokens = try directory.write(
      "tokens: [{name: tests, sha256: \"\(digest.prefix(64))\", role: write}]\n",
      to: "tokens.yaml")
    return try await statestore.runInBackground(
      [
        "serve", "--config", configuration, "--data", directory.appending(path: "data").path,
        "--tokens", tokens.path, "--listen", "127.0.0.1:0",
      ] + access + arguments, body)
  }
}

/// The line with the address, when it has come whole.
private func address(in said: String) -> String? {
  said.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    .first { $0.hasPrefix("http") }.map(String.init)
}

extension Statestore {
  /// Starts a service, runs the body when it listens, and ends it with SIGTERM unless it has ended.
  func runInBackground(
    _ arguments: [String], _ body: (Serving) async throws -> Void
  ) async throws -> Ending {
    let result = try await Subprocess.run(
      .path(.init(executable)), arguments: Arguments(arguments), environment: whole([:]),
      workingDirectory: .init(directory.path), input: .none, output: .sequence,
      error: .combinedWithOutput
    ) { execution in
      var said = ""
      var output = execution.standardOutput.makeAsyncIterator()
      // Warnings come before the address.
      while address(in: said) == nil {
        guard let buffer = try await output.next() else {
          throw TestFailure("it ended by itself: \(said)")
        }
        said += buffer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      }
      let process = execution.processIdentifier.value
      let serving = Serving(
        base: address(in: said) ?? "",
        kill: { _ = Foundation.kill(process, SIGKILL) },
        terminate: { _ = Foundation.kill(process, SIGTERM) })
      let outcome: Result<Void, any Error>
      do { outcome = .success(try await body(serving)) } catch { outcome = .failure(error) }
      serving.terminate()
      while let buffer = try await output.next() {
        said += buffer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      }
      try outcome.get()
      return said
    }
    let status: Int32 =
      switch result.terminationStatus {
      case .exited(let code): code
      case .signaled(let signal): -signal
      }
    return Ending(output: result.closureResult, errors: "", status: status)
  }
}
