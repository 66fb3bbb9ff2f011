import Foundation
import Git
import Landing
import Manifests
import TestSupport
import Testing

@testable import Service

@Suite("The service", .timeLimit(.minutes(5)))
struct ReconciliationTests {
  @Test("lands what is put, and shows where and since when")
  func lands() async throws {
    try await withStation { station in
      let text = WorkText("example", generation: 2)
      let answer = try await station.put(text)
      #expect(answer.status == 201, "\(answer)")
      #expect(try answer.string(at: "/status/outcome") == "landed")
      #expect(try answer.condition("Ready") == "True/Landed")
      #expect(try answer.node().value(at: "/metadata/generation")?.integer == 2)
      #expect(try answer.node().value(at: "/status/observedGeneration")?.integer == 2)
      let files = try await station.files()
      #expect(files.contains("\(directory(of: text))/manifest.yaml"))
      let tip = try await station.git.id("main", in: try station.repository.directory)
      #expect(
        try answer.string(at: "/status/receipts/0/commit") == tip.hexadecimal, "\(answer)")
    }
  }

  @Test("does nothing when the same is put again, and refuses what is older")
  func again() async throws {
    try await withStation { station in
      let text = WorkText("example", generation: 2)
      try await station.put(text)
      let before = try await station.subjects()
      let same = try await station.put(text)
      #expect(same.status == 200)
      #expect(try same.string(at: "/status/outcome") == "unchanged", "\(same)")
      #expect(try await station.subjects() == before)
      let older = try await station.put(WorkText("example", generation: 1, files: ["b": "b"]))
      #expect(older.status == 409)
      #expect(try older.string(at: "/type") == "stale-generation")
      #expect(older.headers["content-type"] == "application/problem+json")
      let newer = try await station.put(WorkText("example", generation: 3, files: ["b": "b"]))
      #expect(newer.status == 200)
      #expect(try await station.files().contains("\(directory(of: text))/b"))
    }
  }

  @Test(
    "looks when a client waits for what had landed, writes what is gone, and keeps since when it stood"
  )
  func lookedAgain() async throws {
    var options = StationOptions()
    options.change = { $0.drift = .report }
    try await withStation(options) { station in
      let text = WorkText("example")
      let repository = try station.repository
      try await station.put(text)
      let landing = try await station.git.id("main", in: repository.directory)
      try await repository.setBranch(
        "main",
        to: try await repository.commit(
          [
            "other": "other", "\(directory(of: text))/manifest.yaml": WorkText.configMap("example"),
          ], parent: landing,
          message: "By somebody else"))
      let unchanged = try await station.put(text)
      #expect(try unchanged.string(at: "/status/outcome") == "unchanged", "\(unchanged)")
      let page = try await station.request("GET", "/").text
      #expect(page.contains(">\(landing.abbreviated)<"), "\(page)")
      try await repository.setBranch("main", to: try await repository.commit(["a": "b"]))
      let landed = try await station.put(text)
      #expect(try landed.string(at: "/status/outcome") == "landed", "\(landed)")
      #expect(try await station.files().contains("\(directory(of: text))/manifest.yaml"))
    }
  }

  @Test(
    "tells no client that what another one put instead was its own", arguments: ["PUT", "DELETE"])
  func superseded(method: String) async throws {
    let clock = TestClock()
    var options = StationOptions()
    options.dependencies = clock.dependencies
    try await withStation(options) { station in
      let repository = try station.repository.directory
      let aside = station.directory.appending(path: "aside.git")
      try FileManager.default.moveItem(at: repository, to: aside)
      async let first = station.put(WorkText("example", generation: 1))
      await clock.nextSleep { $0 <= .seconds(1) }
      let next =
        method == "PUT"
        ? try await station.put(WorkText("example", generation: 2, files: ["b": "b"]), wait: nil)
        : try await station.delete(WorkText("example"), wait: nil)
      #expect(next.status < 300, "\(next)")
      try FileManager.default.moveItem(at: aside, to: repository)
      // The state store is asked again at a time that the second request may have set anew.
      async let _: Void = {
        while !Task.isCancelled {
          clock.advance(by: .seconds(60))
          _ = try await station.request("GET", "/livez")
        }
      }()
      let answer = try await first
      #expect(answer.status == 409, "\(answer)")
      #expect(try answer.string(at: "/type") == "stale-generation", "\(answer)")
    }
  }

  @Test("lets no two Works have the same directories")
  func rivals() async throws {
    try await withStation { station in
      let first = WorkText("example-11111")
      var second = first
      second.name = "example-22222"
      second.resource = first.name
      var again = first
      again.resource = first.name
      try await station.put(again)
      let refused = try await station.put(second)
      #expect(refused.status == 409, "\(refused)")
      #expect(try refused.string(at: "/type") == "path-conflict")
      #expect(try await station.delete(again).status == 200)
      #expect(try await station.put(second).status == 201)
    }
  }

  @Test("removes what is deleted, and forgets it")
  func removal() async throws {
    try await withStation { station in
      let text = WorkText("example")
      #expect(try await station.delete(text).status == 404)
      try await station.put(text)
      let answer = try await station.delete(text)
      #expect(answer.status == 200, "\(answer)")
      #expect(try answer.string(at: "/status/outcome") == "removed")
      #expect(try await station.files() == ["README.md"])
      #expect(try await station.get(text).status == 404)
    }
  }

  @Test("lets nothing that comes late bring back what was deleted")
  func deletion() async throws {
    try await withStation { station in
      var text = WorkText("example", generation: 2)
      text.uid = "a"
      try await station.put(text)
      #expect(try await station.delete(text).status == 200)
      let late = try await station.put(text)
      #expect(late.status == 409, "\(late)")
      #expect(try late.string(at: "/type") == "stale-generation")
      #expect(try await station.files() == ["README.md"])
      #expect(try await station.delete(text).status == 404)
      text.uid = "b"
      text.generation = 1
      #expect(try await station.put(text).status == 201)
      #expect(try await station.delete(text).status == 200)
      text.generation = nil
      text.uid = nil
      #expect(try await station.put(text).status == 201)
    }
  }

  @Test("says why a Work was refused, and does not keep the client waiting for it")
  func refusal() async throws {
    try await withStation { station in
      var text = WorkText("example")
      text.selector = ["environment": "production"]
      let answer = try await station.put(text)
      #expect(answer.status == 201)
      #expect(try answer.string(at: "/status/outcome") == "no-destination")
      #expect(try answer.condition("Scheduled") == "False/NoDestination")
      #expect(try answer.condition("Ready") == "False/NoDestination")
    }
  }

  @Test("keeps what it accepted while the Git server is away, and lands it when it is back")
  func outage() async throws {
    let clock = TestClock()
    var options = StationOptions()
    options.dependencies = clock.dependencies
    try await withStation(options) { station in
      let repository = try station.repository.directory
      let aside = station.directory.appending(path: "aside.git")
      try FileManager.default.moveItem(at: repository, to: aside)
      let texts = (0..<5).map { WorkText("example-\($0)") }
      for text in texts {
        #expect(try await station.put(text, wait: nil).status == 201)
      }
      await clock.nextSleep { $0 <= .seconds(1) }
      let failing = try await station.get(texts[0])
      #expect(try failing.condition("WriteSucceeded") == "False/RepositoryMissing", "\(failing)")
      #expect(try await station.request("GET", "/readyz?verbose").text.contains("[-]store/default"))
      #expect(try await station.request("GET", "/readyz").status == 200)

      try FileManager.default.moveItem(at: aside, to: repository)
      clock.advance(by: .seconds(60))
      for text in texts {
        let answer = try await station.get(text, wait: "60s")
        #expect(try answer.condition("Ready") == "True/Landed", "\(answer)")
      }
      #expect(try await station.subjects().count == texts.count + 1)
    }
  }

  @Test("goes on where it was when it is started again, and lands nothing twice")
  func restart() async throws {
    try await withRepositories { idle in
      let texts = (0..<5).map { WorkText("example-\($0)") }
      let repository = try idle.repository.directory
      let aside = idle.directory.appending(path: "aside.git")
      try await idle.serving(StationOptions()) { station in
        for text in texts.prefix(2) { try await station.put(text) }
        try FileManager.default.moveItem(at: repository, to: aside)
        for text in texts.dropFirst(2) { try await station.put(text, wait: nil) }
      }
      try FileManager.default.moveItem(at: aside, to: repository)
      try await idle.serving(StationOptions()) { again in
        for text in texts {
          let answer = try await again.get(text, wait: "60s")
          #expect(try answer.condition("Ready") == "True/Landed", "\(answer)")
        }
        let subjects = try await again.subjects()
        #expect(Set(subjects).count == subjects.count)
        #expect(subjects.count == texts.count + 1)
      }
    }
  }

  @Test("refuses a directory that another service has, and takes it when that has ended")
  func oneAtATime() async throws {
    try await withRepositories { idle in
      try await idle.serving(StationOptions()) { station in
        let refusal = await #expect(throws: LandingError.self) {
          try await station.serving(StationOptions()) { _ in }
        }
        #expect(refusal?.outcome == .invalidConfiguration)
        #expect(refusal?.message.contains("another process") == true, "\(refusal as Any)")
        let answer = try await station.put(WorkText("example"))
        #expect(answer.status == 201)
      }
      try await idle.serving(StationOptions()) { station in
        let answer = try await station.get(WorkText("example"))
        #expect(answer.status == 200)
      }
    }
  }

  @Test("sends one away state store's Works to it later, and those of others at once")
  func severalStores() async throws {
    var options = StationOptions()
    options.stores = ["a": ["worker-a": ["in": "a"]], "b": ["worker-b": ["in": "b"]]]
    try await withStation(options) { station in
      var text = WorkText("example")
      text.selector = ["in": "a"]
      let answer = try await station.put(text)
      #expect(try answer.condition("Ready") == "True/Landed", "\(answer)")
      #expect(try await station.files(in: "a").count == 2)
      #expect(try await station.files(in: "b").count == 1)
      let away = try #require(station.repositories["b"]).directory
      try FileManager.default.moveItem(at: away, to: station.directory.appending(path: "away"))
      text.files = ["other.yaml": "b: 1\n"]
      try await station.put(text, wait: nil)
      let first = try answer.string(at: "/status/receipts/0/commit")
      var now = answer
      while try now.string(at: "/status/receipts/0/commit") == first {
        try Task.checkCancellation()
        now = try await station.get(text, wait: "20ms")
      }
      #expect(try now.string(at: "/status/stores/0/outcome") == "landed", "\(now)")
      #expect(try now.condition("Ready") != "True/Landed", "\(now)")
    }
  }
}
