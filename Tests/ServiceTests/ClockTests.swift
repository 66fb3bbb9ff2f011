import Foundation
import Manifests
import TestSupport
import Testing

@testable import Service

@Suite("When the clock is set", .timeLimit(.minutes(5)))
struct ClockTests {
  @Test(
    "back or ahead, what was accepted lands once, is tried again in time, and says when it changed",
    arguments: [-86_400, -3600, 3600, 86_400] as [TimeInterval])
  func set(by seconds: TimeInterval) async throws {
    let clock = TestClock()
    var options = StationOptions()
    options.dependencies = clock.dependencies
    try await withStation(options) { station in
      let (changed, waiting) = (WorkText("changed"), WorkText("waiting"))
      let untouched = WorkText("untouched")
      let times = try Self.times(in: try await station.put(untouched))
      try await station.put(changed)
      let repository = try station.repository.directory
      let aside = station.directory.appending(path: "aside.git")
      try FileManager.default.moveItem(at: repository, to: aside)
      for text in [WorkText.plain("changed", file: "b.yaml"), waiting] {
        #expect(try await station.put(text, wait: nil).status < 300)
      }
      await clock.nextSleep { $0 <= .seconds(1) }

      clock.setDate(ahead: seconds)
      try FileManager.default.moveItem(at: aside, to: repository)
      // A pause is counted in time that passes.
      clock.advance(by: WorkQueue.longestPause)
      for text in [changed, waiting] {
        let answer = try await station.get(text, wait: "60s")
        #expect(try answer.condition("Ready") == "True/Landed", "\(answer)")
        let ready = try #require(try Self.times(in: answer)["Ready"])
        #expect(abs(ready.timeIntervalSince(clock.date)) < 60, "\(answer)")
      }
      // What did not change has not changed when the clock was set.
      #expect(try Self.times(in: try await station.put(untouched)) == times)
      #expect(try await station.subjects().count == 5)
      for path in ["/", "/works/default/waiting"] {
        let page = try await station.request("GET", path)
        #expect(page.status == 200 && !page.text.contains("-1s"), "\(page)")
      }
      #expect(try await station.delete(waiting).status == 200)
      #expect(try await station.put(waiting).status == 201)
    }
  }

  /// When each condition was last another one.
  private static func times(in answer: Station.Answer) throws -> [String: Date] {
    let conditions = try answer.node().value(at: "/status/conditions")?.sequence ?? []
    return try Dictionary(
      uniqueKeysWithValues: conditions.map { condition in
        (
          condition["type"]?.string ?? "",
          try Date(condition["lastTransitionTime"]?.string ?? "", strategy: .iso8601)
        )
      })
  }
}
