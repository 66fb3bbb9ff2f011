import Foundation
import GitTransport
import TestSupport
import Testing

@testable import KubernetesAPI

@Suite("A credential plugin")
struct PluginTests {
  private func plugin(_ script: String, in directory: URL) throws -> ExecPlugin {
    let path = directory.appending(path: "login").path
    try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(filePath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
    return ExecPlugin(
      command: path, arguments: ["a b"], environment: ["NAME": "value"],
      apiVersion: "client.authentication.k8s.io/v1", installHint: nil, cluster: nil)
  }

  private static func answer(_ status: String) -> String {
    #"printf '%s' '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"#
      + status + "}}'"
  }

  @Test("gets its arguments, its variables and the request, and gives a token until it expires")
  func token() async throws {
    try await withTemporaryDirectory { directory in
      let script = """
        case "$KUBERNETES_EXEC_INFO" in *'"interactive":false'*) ;; *) exit 3;; esac
        [ "$1" = "a b" ] && [ "$NAME" = value ] && [ -n "$PATH" ] || exit 4
        \(Self.answer(#""token":"abc","expirationTimestamp":"2030-01-02T03:04:05Z""#))
        """
      let credential = try await PluginRun(plugin(script, in: directory), origin: "context dev")
        .credential()
      #expect(credential.token == Secret("abc"))
      #expect(credential.expires == KubernetesTime.date("2030-01-02T03:04:05Z"))
    }
  }

  private static let faults: [(script: String, code: KubernetesError.Code, words: String)] = [
    ("echo 'please log in' >&2; exit 1", .unauthorized, "please log in"),
    ("echo hello s3cret", .invalidConfiguration, "printed no ExecCredential"),
    (answer(""), .invalidConfiguration, "neither a token nor a certificate"),
    (answer(#""clientKeyData":"s3cret""#), .invalidConfiguration, "a key alone"),
    (
      answer(#""token":"s3cret","expirationTimestamp":"tomorrow""#), .invalidConfiguration,
      "not a time"
    ),
    (
      #"printf '{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential"}'"#,
      .invalidConfiguration, "another version"
    ),
  ]

  @Test("that fails is named, with what it said and without what it printed", arguments: faults)
  func fails(script: String, code: KubernetesError.Code, words: String) async throws {
    try await withTemporaryDirectory { directory in
      let run = PluginRun(try plugin(script, in: directory), origin: "context dev")
      let error = try await #require(throws: KubernetesError.self) { try await run.credential() }
      #expect(error.code == code)
      #expect(error.description.contains(words), "\(error)")
      #expect(error.message.contains("context dev: the exec plugin"))
      #expect(!error.description.contains("s3cret"))
    }
  }

  @Test("that is not installed is named with its hint")
  func missing() async throws {
    let plugin = ExecPlugin(
      command: "no-such-login", arguments: [], environment: [:],
      apiVersion: "client.authentication.k8s.io/v1", installHint: "brew install login", cluster: nil
    )
    let error = try await #require(throws: KubernetesError.self) {
      try await PluginRun(plugin, origin: "context dev").credential()
    }
    #expect(error.message.contains("no-such-login is not installed: brew install login"))
  }
}
