import Foundation
import Git
import Kratix
import Manifests
import TestSupport
import Testing

@testable import Service

@Suite("What others change in owned paths", .timeLimit(.minutes(5)))
struct DriftTests {
  /// Puts files in place of the whole branch.
  private func replaceBranch(
    of station: Station, by files: [String: String]
  ) async throws {
    let repository = try station.repository
    let tip = try await station.git.id("main", in: repository.directory)
    try await repository.setBranch(
      "main", to: try await repository.commit(files, parent: tip, message: "By hand"))
  }

  private func options(_ policy: DriftPolicy) -> StationOptions {
    var options = StationOptions()
    options.change = {
      $0.drift = policy
      // Each Work is looked at alone, and nobody can tell.
      $0.placementsAtOnce = 1
    }
    return options
  }

  @Test("is told with the commit that did it, and stays, when it is only to be reported")
  func report() async throws {
    try await withStation(options(.report)) { station in
      let text = WorkText("example")
      try await station.put(text)
      let place = directory(of: text)
      let quiet = try await station.request("POST", "/v1/stores/default/sync?wait=30s")
      #expect(try quiet.node()["drifted"]?.sequence?.isEmpty == true, "\(quiet)")

      try await replaceBranch(
        of: station, by: ["\(place)/manifest.yaml": "kind: Other\n", "mine.txt": "mine\n"])
      let look = try await station.request("POST", "/v1/stores/default/sync?wait=30s")
      #expect(try look.string(at: "/drifted/0") == "default/example", "\(look)")
      let answer = try await station.get(text)
      #expect(try answer.condition("Verified") == "False/Wrong")
      #expect(try answer.condition("Ready") == "False/Wrong")
      #expect(answer.text.contains("By hand"), "\(answer)")
      #expect(try await station.files().contains("mine.txt"))

      try await replaceBranch(of: station, by: ["README.md": "empty\n"])
      _ = try await station.request("POST", "/v1/stores/default/sync?wait=30s")
      #expect(try await station.get(text).condition("Verified") == "False/Missing")
      let metrics = try await station.request("GET", "/metrics").text
      #expect(metrics.contains(#"promise="plain",verdict="missing"} 1"#), "\(metrics)")

      try await replaceBranch(
        of: station, by: ["\(place)/manifest.yaml": WorkText.configMap("example")])
      _ = try await station.request("POST", "/v1/stores/default/sync?wait=30s")
      #expect(try await station.get(text).condition("Ready") == "True/Landed")
    }
  }

  @Test("is put right, and what is not owned is left alone")
  func correct() async throws {
    try await withStation(options(.correct)) { station in
      let texts = [WorkText("example"), WorkText("other")]
      for text in texts { try await station.put(text) }
      let places = texts.map { directory(of: $0) }
      try await replaceBranch(
        of: station,
        by: [
          "\(places[0])/manifest.yaml": "kind: Other\n", "\(places[0])/more.yaml": "a: 1\n",
          "mine.txt": "mine\n",
        ])
      let look = try await station.request("POST", "/v1/stores/default/sync?wait=30s")
      #expect(try look.node()["drifted"]?.sequence?.count == 2, "\(look)")
      for text in texts {
        var answer = try await station.get(text)
        while try answer.condition("Ready") != "True/Landed" {
          try Task.checkCancellation()
          answer = try await station.get(text, wait: "20ms")
        }
      }
      #expect(
        try await station.files()
          == (["mine.txt"] + places.map { "\($0)/manifest.yaml" }).sorted())
      let content = try await station.git(
        "show", "main:\(places[0])/manifest.yaml", in: try station.repository.directory)
      #expect(content + "\n" == texts[0].files["manifest.yaml"])
    }
  }

  /// Changes of others in a Destination that placements share, by what they do to its files.
  static let shared:
    [(mode: Destination.FilepathMode, change: [String: String?], verdict: String)] = [
      (.none, ["worker/a.yaml": "kind: Other\n"], "Wrong"),
      (.none, ["worker/a.yaml": nil], "Wrong"),
      (
        .none, ["worker/a.yaml": nil, "worker/.kratix/default-example.worker-5058f.yaml": nil],
        "Missing"
      ),
      (.aggregatedYAML, ["worker/aggregated.yaml": "kind: Other\n"], "Wrong"),
      (.aggregatedYAML, ["worker/aggregated.yaml": nil], "Wrong"),
      (
        .aggregatedYAML, ["worker/.kratix/default-example.worker-5058f.placement": "not: one\n"],
        "Wrong"
      ),
    ]

  @Test("is told and put right where placements share a directory or a file", arguments: shared)
  func sharing(
    mode: Destination.FilepathMode, change: [String: String?], verdict: String
  ) async throws {
    var settings = options(.report)
    settings.modes = ["worker": mode]
    try await withRepositories(settings) { idle in
      var text = WorkText.plain("example", file: "a.yaml")
      let other = WorkText.plain("other", file: "b.yaml")
      let repository = try idle.repository
      var whole: [String: String] = [:]
      try await idle.serving(settings) { station in
        for text in [text, other] { try await station.put(text) }
        let quiet = try await station.request("POST", "/v1/stores/default/sync?wait=30s")
        #expect(try quiet.node()["drifted"]?.sequence?.isEmpty == true, "\(quiet)")
        for file in try await station.files() {
          whole[file] =
            try await station.git("show", "main:\(file)", in: repository.directory) + "\n"
        }
        var files = whole
        for (path, content) in change { files[path] = content }
        files["mine.txt"] = "mine\n"
        try await replaceBranch(of: station, by: files)
        let look = try await station.request("POST", "/v1/stores/default/sync?wait=30s")
        #expect(look.text.contains("default/example"), "\(look)")
        #expect(try await station.get(text).condition("Verified") == "False/\(verdict)")
        text.generation = nil
      }
      settings.change = options(.correct).change
      try await idle.serving(settings) { station in
        _ = try await station.request("POST", "/v1/stores/default/sync?wait=30s")
        for text in [text, other] {
          var answer = try await station.get(text)
          while try answer.condition("Ready") != "True/Landed" {
            try Task.checkCancellation()
            answer = try await station.get(text, wait: "20ms")
          }
        }
        #expect(try await station.files() == (Array(whole.keys) + ["mine.txt"]).sorted())
        for (path, content) in whole where !path.contains(".kratix") {
          #expect(
            try await station.git("show", "main:\(path)", in: repository.directory) + "\n"
              == content)
        }
      }
    }
  }

  @Test("is looked for when a Git server says so, and proves that it is the one")
  func webhooks() async throws {
    try await withTemporaryDirectory { directory in
      let secret = "between-us"
      let file = directory.appending(path: "webhook")
      try Data("\(secret)\n".utf8).write(to: file)
      var options = options(.report)
      options.tokens = "tokens: []\n"
      options.change = { $0.webhookSecret = file.path }
      let body = #"{"ref":"refs/heads/main","after":"0"}"#
      // By "openssl dgst -sha256 -hmac".
      let digest = "b83d9a2ad89869610a63df899fb30f412f4bddc2a18f413eb666a1d182db02e8"
      try await withStation(options) { station in
        let rows: [([String: String], Int)] = [
          (["X-Hub-Signature-256": "sha256=\(digest)", "X-GitHub-Event": "push"], 202),
          (["X-Gitea-Signature": digest], 202), (["X-Gitlab-Token": secret], 202),
          (["X-Hub-Signature-256": "sha256=\(digest.dropLast())0"], 401),
          (["X-Hub-Signature-256": digest], 401), (["X-Gitea-Signature": ""], 401),
          (["X-Gitlab-Token": "other"], 401), ([:], 401),
          (["Authorization": "Bearer \(secret)"], 401),
        ]
        for (headers, status) in rows {
          let answer = try await station.request(
            "POST", "/v1/stores/default/sync", body: body, headers: headers)
          #expect(answer.status == status, "\(headers): \(answer)")
        }
        let branch = try await station.request(
          "POST", "/v1/stores/default/sync", body: #"{"ref":"refs/heads/other"}"#,
          headers: ["X-Gitlab-Token": secret])
        #expect(branch.status == 200)
        let store = try await station.request(
          "POST", "/v1/stores/other/sync", headers: ["X-Gitlab-Token": secret])
        #expect(store.status == 404)
      }
    }
  }

  @Test("is looked for at an interval")
  func interval() async throws {
    let clock = TestClock()
    var options = options(.correct)
    options.dependencies = clock.dependencies
    try await withStation(options) { station in
      let text = WorkText("example")
      try await station.put(text)
      try await replaceBranch(of: station, by: ["README.md": "empty\n"])
      await clock.nextSleep { $0 == .seconds(300) }
      clock.advance(by: .seconds(300))
      // It sleeps again when it has looked.
      await clock.nextSleep { $0 == .seconds(300) }
      var answer = try await station.get(text)
      while try answer.condition("Ready") != "True/Landed" {
        try Task.checkCancellation()
        answer = try await station.get(text, wait: "20ms")
      }
      #expect(try await station.files().contains("\(directory(of: text))/manifest.yaml"))
    }
  }
}
