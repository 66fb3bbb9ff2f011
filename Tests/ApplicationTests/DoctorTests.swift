import Foundation
import Kratix
import Landing
import Logging
import Manifests
import TestSupport
import Testing
import Verification

@testable import Application

@Suite("statestore doctor", .timeLimit(.minutes(2)))
struct DoctorTests {
  /// What is asked about: a state store, and what the checks that do not pass must say.
  struct Row: Sendable {
    var repository = "state"
    var branch = "main"
    var secret = ["username": "kratix", "password": "right"]
    var exitStatus: Int32 = 0
    /// The status of checks and a part of their words; the remedies count.
    var checks: [String: (ReadinessCheck.Status, String)] = [:]
  }

  private static let rows: [String: Row] = [
    "all is well": Row(checks: [
      "login": (.passed, "accepts"), "branch": (.passed, "main exists"),
      "push": (.passed, "removed"),
      "hooks": (.passed, "welcome"), "offers": (.passed, "filter, shallow, atomic"),
      "clock": (.passed, "differs"),
    ]),
    "wrong password": Row(
      secret: ["username": "kratix", "password": "wrong"], exitStatus: 1,
      checks: [
        "connection": (.passed, ""), "login": (.failed, "401"), "read": (.skipped, "see login"),
        "push": (.skipped, ""),
      ]),
    "no password": Row(
      secret: ["username": "kratix", "pasword": "right"], exitStatus: 1,
      checks: ["credentials": (.failed, "pasword"), "login": (.skipped, "see credentials")]),
    "a token that may only read": Row(
      repository: "readonly", exitStatus: 1,
      checks: ["read": (.passed, ""), "push": (.failed, "403"), "hooks": (.skipped, "")]),
    "a hook that declines": Row(
      repository: "declining", exitStatus: 1,
      checks: ["push": (.failed, "the server said: only on Mondays")]),
    "a server that deletes nothing": Row(
      repository: "keeping", checks: ["push": (.warning, "could not be removed")]),
    "a branch that is missing": Row(
      branch: "mian", exitStatus: 1,
      checks: ["branch": (.failed, "there is main (did you mean main?) statestore init --config")]),
    "an empty repository": Row(
      repository: "empty", exitStatus: 1,
      checks: [
        "branch": (.failed, "may be made; the repository has no branch"), "push": (.passed, ""),
      ]),
    "a branch name that Git does not allow": Row(
      branch: "a..b", exitStatus: 1, checks: ["address": (.failed, "Git allows no branch")]),
    "no repository": Row(
      repository: "nosuch", exitStatus: 1,
      checks: ["login": (.passed, ""), "read": (.failed, "git ls-remote")]),
    "a server without filters": Row(
      repository: "plain", checks: ["offers": (.warning, "uploadpack.allowFilter")]),
  ]

  @Test("names what a server lacks, and leaves its references as they were")
  func servers() async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let served = directory.appending(path: "served")
      try FileManager.default.createDirectory(at: served, withIntermediateDirectories: false)
      for name in ["state", "readonly", "declining", "keeping", "empty", "plain"] {
        let repository = try await BareRepository(
          named: "\(name).git", in: served, git: git,
          settings: (name == "plain" ? [] : BareRepository.filters)
            + ["http.receivepack=\(name != "readonly")"])
        if name == "state" { try repository.hook("pre-receive", "echo welcome >&2") }
        if name == "keeping" {
          try repository.hook("update", "case $3 in *[1-9a-f]*) ;; *) exit 1 ;; esac")
        }
        if name == "declining" {
          try repository.hook("pre-receive", "echo only on Mondays >&2; exit 1")
        }
        if name != "empty" {
          try await repository.setBranch("main", to: try await repository.commit(["a": "b"]))
        }
      }
      var options = SmartHTTPServer.Options()
      options.user = ("kratix", "right")
      let before = try await references(in: served, git)
      try await SmartHTTPServer.with(root: served, git: git, options: options) { base in
        for (title, row) in Self.rows {
          let report = try await report(
            url: "\(base)/\(row.repository).git", branch: row.branch, secret: row.secret,
            in: directory)
          #expect(report.exitStatus == row.exitStatus, "\(title): \(report.text)")
          expect(row.checks, of: report, title)
        }
      }
      var after = try await references(in: served, git)
      // The one that could not be removed; the report names it.
      after["keeping.git"] = after["keeping.git"]?.filter { !$0.contains("refs/statestore/") }
      #expect(after == before)
    }
  }

  @Test("tells an expired certificate from one that is not trusted")
  func certificates() async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      _ = try await BareRepository(in: directory, git: git)
      let authority = try await TestAuthority(in: directory)
      let own = try String(contentsOf: authority.certificate, encoding: .utf8)
      let rows: [(days: Int, authority: String?, check: (ReadinessCheck.Status, String))] = [
        (-1, own, (.failed, "expired on 20")), (2, nil, (.failed, "--ca-file")),
        (2, own, (.warning, "valid until 20")),
      ]
      for row in rows {
        var options = SmartHTTPServer.Options()
        options.certificate = try await authority.certificate(
          for: ["IP:127.0.0.1"], days: row.days)
        try await SmartHTTPServer.with(root: directory, git: git, options: options) { base in
          var secret = ["username": "kratix", "password": "right"]
          secret["ca.crt"] = row.authority
          let report = try await report(url: "\(base)/state.git", secret: secret, in: directory)
          expect(["tls": row.check], of: report, "\(row)")
        }
      }
    }
  }

  @Test("knows the host key of ssh servers, and whose key they take")
  func secureShell() async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(
        in: directory, git: git, settings: BareRepository.filters)
      try await SSHServer.with(in: directory, git: git) { server in
        let stranger =
          "[127.0.0.1]:\(server.port) ssh-ed25519 "
          + "AAAAC3NzaC1lZDI1NTE5AAAAIFdKpl5IShQMDYbUJFoYHe9Qvm/k5ZBYUSRqnTzdkU8N\n"
        let rows: [(key: String, hosts: String, check: String, status: ReadinessCheck.Status)] = [
          (server.keys.ed25519, server.knownHosts, "push", .passed),
          (server.keys.ed25519, stranger, "host-key", .failed),
          (server.strangerKey, server.knownHosts, "login", .failed),
        ]
        for row in rows {
          let report = try await report(
            url: "ssh://\(server.user)@127.0.0.1:\(server.port)\(repository.directory.path)",
            secret: ["sshPrivateKey": row.key, "knownHosts": row.hosts], in: directory)
          expect([row.check: (row.status, "")], of: report, row.check)
        }
      }
      #expect(try await git("for-each-ref", in: repository.directory).isEmpty)
    }
  }

  @Test(
    "ends with 1 for an address that cannot work",
    arguments: [
      ("http://127.0.0.1:1/state.git", "connection", "connection refused"),
      ("http://git.example.com/state.git", "address", "--allow-insecure-http"),
      ("https://nosuch.invalid/state.git", "dns", "cannot be resolved"),
      ("https://user:hunter2@example.com/state.git", "address", ""),
      ("/nosuch/state.git", "read", "statestore init"),
    ])
  func addresses(url: String, check: String, words: String) async throws {
    try await withTemporaryDirectory { directory in
      let report = try await report(url: url, in: directory)
      #expect(report.exitStatus == 1)
      #expect(!report.text.contains("hunter2"), "\(report.text)")
      expect([check: (.failed, words)], of: report, url)
    }
  }

  @Test("looks at Destinations and Promises without a question to a server")
  func platform() throws {
    let manifests = """
      {kind: GitStateStore, apiVersion: platform.kratix.io/v1alpha1, metadata: {name: default},
       spec: {url: /state.git}}
      ---
      {kind: Destination, apiVersion: platform.kratix.io/v1alpha1,
       metadata: {name: worker, labels: {environment: dev}},
       spec: {path: worker, stateStoreRef: {kind: GitStateStore, name: default}}}
      ---
      {kind: Destination, apiVersion: platform.kratix.io/v1alpha1, metadata: {name: other},
       spec: {path: OTHER, stateStoreRef: {kind: KIND, name: STORE}}}
      ---
      {kind: Promise, apiVersion: platform.kratix.io/v1alpha1, metadata: {name: web},
       spec: {destinationSelectors: [{matchLabels: {environment: LABEL}}],
              api: {spec: {group: example.com, names: {kind: Web}}}}}
      """
    let rows: [([String: String], String, ReadinessCheck.Status, String)] = [
      ([:], "overlap", .passed, "apart"),
      (["OTHER": "worker"], "overlap", .failed, "have the same path"),
      (["OTHER": "worker/a"], "overlap", .warning, "inside that of worker"),
      (["OTHER": "../x"], "destination/other", .failed, "leads out"),
      (["STORE": "nosuch"], "destination/other", .failed, "not in the configuration"),
      (["KIND": "BucketStateStore"], "destination/other", .warning, "BucketStateStore"),
      ([:], "promise/web", .warning, "expectation from"),
      (["LABEL": "production"], "promise/web", .warning, "environment=production"),
    ]
    for (changes, name, status, words) in rows {
      var text = manifests
      let values = ["OTHER": "other", "STORE": "default", "KIND": "GitStateStore", "LABEL": "dev"]
      for (word, value) in values.merging(changes, uniquingKeysWith: { $1 }) {
        text = text.replacing(" \(word)", with: " \(value)")
      }
      var platform = Platform()
      try platform.add(try ManifestFile(parsing: Array(text.utf8), name: "platform.yaml"))
      var report = DoctorReport()
      report.add(try PlatformReadiness(platform).checks, to: .configuration)
      expect([name: (status, words)], of: report, "\(changes)")
    }
  }

  @Test("says what manifests lack in the place of a state store")
  func nothingGiven() async throws {
    let report = await Doctor(
      settings([], in: FileManager.default.temporaryDirectory), deadline: .now + .seconds(5)
    ).report()
    #expect(report.exitStatus == 1)
    #expect(report.text.contains("give --config with a GitStateStore"))
  }

  // MARK: What the tests share

  private func report(
    url: String, branch: String = "main", secret: [String: String] = [:], in directory: URL
  ) async throws -> DoctorReport {
    let credentials = directory.appending(path: "credentials-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: credentials, withIntermediateDirectories: false)
    for (key, value) in secret {
      let file = credentials.appending(path: key)
      try Data(value.utf8).write(to: file)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    }
    let manifests = directory.appending(path: "platform-\(UUID().uuidString).yaml")
    try Data(
      """
      {kind: GitStateStore, apiVersion: platform.kratix.io/v1alpha1, metadata: {name: default},
       spec: {url: "\(url)", branch: \(branch)}}
      ---
      {kind: Destination, apiVersion: platform.kratix.io/v1alpha1, metadata: {name: worker},
       spec: {path: worker, stateStoreRef: {kind: GitStateStore, name: default}}}
      """.utf8
    ).write(to: manifests)
    var settings = self.settings([manifests.path], in: directory)
    settings.credentialsDirectory = secret.isEmpty ? nil : credentials.path
    return await Doctor(
      settings, deadline: .now + .seconds(60), arguments: ["doctor", "--config", manifests.path]
    ).report()
  }

  private func settings(_ paths: [String], in directory: URL) -> PlatformSettings {
    PlatformSettings(
      manifestPaths: paths, repository: nil, branch: nil, destination: nil,
      credentialsDirectory: nil, authorities: nil, allowsInsecureHTTP: false,
      cacheDirectory: directory.appending(path: "cache").path,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  private func expect(
    _ checks: [String: (ReadinessCheck.Status, String)], of report: DoctorReport, _ title: String
  ) {
    let found = report.sections.flatMap(\.checks)
    for (name, (status, words)) in checks {
      let check = found.first { $0.name == name }
      let server = check?.serverMessages.map { "the server said: \($0)" } ?? []
      let text = ([check?.message ?? ""] + server + [check?.remedy ?? ""]).joined(separator: " ")
      #expect(check?.status == status, "\(title): \(name): \(report.text)")
      #expect(words.isEmpty || text.contains(words), "\(title): \(name): \(text)")
    }
  }

  private func references(in directory: URL, _ git: GitOracle) async throws -> [String: [String]] {
    var references: [String: [String]] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: directory.path)
    where name.hasSuffix(".git") {
      let text = try await git("for-each-ref", in: directory.appending(path: name))
      references[name] = text.split(separator: "\n").map(String.init)
    }
    return references
  }
}

extension DoctorReport {
  fileprivate var text: String { DoctorText(isColored: false).text(of: self) }
}
