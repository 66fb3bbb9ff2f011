import Foundation
import Git
import Kratix
import Manifests
import TestSupport
import Testing

@testable import Service

@Suite("What the service says of its state stores", .timeLimit(.minutes(5)))
struct TruthTests {
  private func options(_ policy: DriftPolicy) -> StationOptions {
    var options = StationOptions()
    options.change = { $0.drift = policy }
    return options
  }

  /// A Work that verification holds something against: it has nothing of what its Promise makes.
  private static func wrong(_ name: String) -> WorkText {
    var text = WorkText(name)
    text.files = ["manifest.yaml": "kind: A\n"]
    text.promise = "postgresql"
    return text
  }

  @Test("is true of a branch that is set back to the commit that was looked at last")
  func setBack() async throws {
    try await withStation(options(.correct)) { station in
      let repository = try station.repository
      try await station.put(WorkText("one"))
      let quiet = try await station.request("POST", "/v1/stores/default/sync?wait=30s")
      #expect(try quiet.node()["drifted"]?.sequence?.isEmpty == true, "\(quiet)")
      let looked = try await station.git.id("main", in: repository.directory)
      let later = WorkText("later")
      try await station.put(later)
      try await repository.setBranch("main", to: looked)
      let look = try await station.request("POST", "/v1/stores/default/sync?wait=30s")
      #expect(try look.string(at: "/drifted/0") == "default/later", "\(look)")
      while try await !station.files().contains("\(directory(of: later))/manifest.yaml") {
        try Task.checkCancellation()
        _ = try await station.get(later, wait: "20ms")
      }
    }
  }

  /// What happens to a repository, and the reason that is given for it.
  static let losses = [
    ("branch", "branch-missing", "BranchMissing"),
    ("repository", "repository-missing", "RepositoryMissing"),
  ]

  @Test("is that nothing is known where the last look could not read one", arguments: losses)
  func unread(what: String, outcome: String, reason: String) async throws {
    try await withStation(options(.report)) { station in
      let text = WorkText("example")
      try await station.put(text)
      _ = try await station.request("POST", "/v1/stores/default/sync?wait=30s")
      let repository = try station.repository.directory
      let aside = station.directory.appending(path: "aside.git")
      let tip = try await station.git.id("main", in: repository)
      if what == "branch" {
        _ = try await station.git("update-ref", "-d", "refs/heads/main", in: repository)
      } else {
        try FileManager.default.moveItem(at: repository, to: aside)
      }
      let look = try await station.request("POST", "/v1/stores/default/sync?wait=30s")
      #expect(look.status >= 400, "\(look)")

      let work = try await station.get(text)
      #expect(try work.condition("WriteSucceeded") == "True/Landed")
      #expect(try work.condition("Verified") == "Unknown/\(reason)")
      #expect(try work.condition("Ready") == "False/\(reason)")
      let stores = try await station.request("GET", "/v1/stores")
      #expect(try stores.node().value(at: "/items/0/reachable")?.boolean == false)
      #expect(try stores.string(at: "/items/0/problem/outcome") == outcome, "\(stores)")
      #expect(try stores.string(at: "/items/0/lastLook/commit") == tip.hexadecimal, "\(stores)")
      let ready = try await station.request("GET", "/readyz?verbose").text
      #expect(ready.contains("[-]store/default failed: \(outcome) since "), "\(ready)")
      #expect(ready.contains("[+]destination/worker ok"), "\(ready)")
      let metrics = try await station.request("GET", "/metrics").text
      #expect(metrics.contains(#"statestore_store_up{store="default"} 0"#), "\(metrics)")
      #expect(metrics.contains(#"promise="plain",verdict="unknown"} 1"#), "\(metrics)")
      let page = try await station.request("GET", "/").text
      #expect(page.contains("1 of 1 Works is not ready. What is in default now is not known"))
      #expect(!page.contains(#"class="state good""#), "\(page)")
      let pageOfWork = try await station.request("GET", "/works/default/example").text
      #expect(!pageOfWork.contains(#"<span class="state good">landed"#), "\(pageOfWork)")

      if what == "branch" {
        _ = try await station.git("update-ref", "refs/heads/main", tip.hexadecimal, in: repository)
      } else {
        try FileManager.default.moveItem(at: aside, to: repository)
      }
      _ = try await station.request("POST", "/v1/stores/default/sync?wait=30s")
      #expect(try await station.get(text).condition("Ready") == "True/Landed")
      let back = try await station.request("GET", "/metrics").text
      #expect(back.contains(#"statestore_store_up{store="default"} 1"#))
    }
  }

  @Test("is the verdict of verification, in the conditions, on the page and in the metrics")
  func verdict() async throws {
    try await withStation { station in
      try await station.put(WorkText("right"))
      let put = try await station.put(Self.wrong("wrong"))
      #expect(try put.string(at: "/status/outcome") == "landed")
      #expect(try put.condition("WriteSucceeded") == "True/Landed", "\(put)")
      #expect(try put.condition("Verified") == "False/Wrong", "\(put)")
      #expect(try put.condition("Ready") == "False/Wrong", "\(put)")
      let report = try await station.request("GET", "/v1/verify")
      let verdicts = try report.node()["resources"]?.sequence?.map {
        "\($0["name"]?.string ?? "") \($0["verdict"]?.string ?? "")"
      }
      #expect(verdicts == ["right landed", "wrong wrong"], "\(report)")
      #expect(try put.string(at: "/status/stores/0/verification/verdict") == "wrong")
      let metrics = try await station.request("GET", "/metrics").text
      #expect(metrics.contains(#"promise="plain",verdict="landed"} 1"#), "\(metrics)")
      #expect(metrics.contains(#"promise="postgresql",verdict="wrong"} 1"#), "\(metrics)")
      let page = try await station.request("GET", "/").text
      #expect(page.contains("1 of 2 Works is not ready."))
      #expect(page.contains("1 landed, 1 wrong"), "\(page)")

      var mended = WorkText("wrong")
      mended.promise = "plain"
      #expect(try await station.put(mended).condition("Ready") == "True/Landed")
      #expect(try await station.request("GET", "/").text.contains("all 2 Works have landed"))
    }
  }

  @Test("is verified again with what another Pipeline of the same request has written")
  func siblings() async throws {
    try await withStation { station in
      let first = WorkText("first")
      var second = WorkText("second", files: ["broken.yaml": "a: [\n"])
      second.resource = "first"
      second.pipeline = "another"
      try await station.put(first)
      #expect(try await station.put(second).condition("Verified") == "False/Wrong")
      while try await station.get(first).condition("Verified") != "False/Wrong" {
        try Task.checkCancellation()
      }
      #expect(try await station.delete(second).status == 200)
      while try await station.get(first).condition("Verified") != "True/Landed" {
        try Task.checkCancellation()
      }
    }
  }

  @Test("is verified anew where the configuration is another one after a restart")
  func restart() async throws {
    try await withRepositories { idle in
      let text = WorkText("example")
      var options = StationOptions()
      options.stores = ["default": ["worker": [:]]]
      try await idle.serving(options) { station in
        let landed = try await station.put(text)
        #expect(try landed.condition("Ready") == "True/Landed", "\(landed)")
      }
      options.manifests = [
        """
        {"apiVersion": "statestore.dev/v1alpha1", "kind": "Expectation", "metadata": {"name": "plain"},
         "spec": {"promise": "plain", "resources": [
           {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "required"}}]}}
        """
      ]
      try await idle.serving(options) { station in
        _ = try await station.request("POST", "/v1/stores/default/sync?wait=30s")
        #expect(try await station.get(text).condition("Ready") == "False/Wrong")
      }
    }
  }

  @Test("is that files stay while their Destination is not in the configuration")
  func orphans() async throws {
    try await withRepositories { idle in
      let texts = [WorkText("kept"), WorkText("left"), WorkText("removed")]
      let file = "\(directory(of: texts[0]))/manifest.yaml"
      try await idle.serving(StationOptions()) { station in
        for text in texts { try await station.put(text) }
      }
      var without = StationOptions()
      without.stores = ["default": ["other": ["in": "other"]]]
      try await idle.serving(without) { station in
        let refused = try await station.delete(texts[0])
        #expect(refused.status == 200, "\(refused)")
        #expect(try refused.string(at: "/status/outcome") == "no-destination", "\(refused)")
        #expect(try refused.condition("WriteSucceeded") == "False/NoDestination")
        #expect(refused.text.contains("?orphan=true"), "\(refused)")
        #expect(try await station.get(texts[0]).status == 200)
        #expect(try await station.files().contains(file))

        let removals = "/v1/namespaces/default/removals"
        let removal = try await station.request("POST", removals, body: try texts[2].json())
        #expect(removal.status == 422, "\(removal)")
        #expect(try removal.string(at: "/type") == "no-destination")
        #expect(try await station.get(texts[2]).status == 200)

        let path = station.path(of: texts[1])
        #expect(try await station.request("DELETE", "\(path)?orphan=maybe").status == 400)
        let orphaned = try await station.request("DELETE", "\(path)?orphan=true&wait=60s")
        #expect(try orphaned.string(at: "/status/outcome") == "unchanged", "\(orphaned)")
        #expect(try await station.get(texts[1]).status == 404)
        let left = try await station.request(
          "POST", removals + "?orphan=true", body: try texts[2].json())
        #expect(left.status == 200, "\(left)")
        #expect(try await station.get(texts[2]).status == 404)
        #expect(try await station.files().count == 4)
      }
      try await idle.serving(StationOptions()) { station in
        while try await station.get(texts[0], wait: "20ms").status != 404 {
          try Task.checkCancellation()
        }
        let files = try await station.files()
        #expect(!files.contains(file))
      }
    }
  }

  @Test("is that files stay in a state store that is not in the configuration any more")
  func leftStore() async throws {
    var options = StationOptions()
    options.stores = ["a": ["worker-a": ["in": "a"]], "b": ["worker-b": ["in": "b"]]]
    try await withRepositories(options) { idle in
      var text = WorkText("example")
      text.selector = ["in": "b"]
      try await idle.serving(options) { station in
        let landed = try await station.put(text)
        #expect(try landed.condition("Ready") == "True/Landed", "\(landed)")
      }
      options.stores["b"] = nil
      try await idle.serving(options) { station in
        let refused = try await station.delete(text)
        #expect(try refused.string(at: "/status/outcome") == "no-destination", "\(refused)")
        #expect(refused.text.contains("the state store b"), "\(refused)")
        #expect(try await station.get(text).status == 200)
        let path = station.path(of: text)
        _ = try await station.request("DELETE", "\(path)?orphan=true&wait=60s")
        #expect(try await station.get(text).status == 404)
        #expect(try await station.files(in: "b").count == 2)
      }
    }
  }
}
