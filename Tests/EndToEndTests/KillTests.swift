import Foundation
import TestSupport
import Testing

@Suite("A write that is killed", .timeLimit(.minutes(5)))
struct KillTests {
  /// How many moments of a write are tried.
  private static let moments = 12

  @Test(
    "at whatever moment, and run again, lands the same tree once",
    arguments: [RemoteKind.path, .https])
  func killed(on kind: RemoteKind) async throws {
    try await withSite(on: kind) { site in
      var whole = try await ContinuousClock().measure {
        try await site.run("write", rendering(0).flags)
      }
      var killed = 0
      for moment in 1...Self.moments {
        let rendering = rendering(moment)
        let arguments = ["write", "--repo", site.address] + site.access + rendering.flags
        let delay = whole * (moment - 1) / Self.moments
        if try await site.statestore.runAndKill(arguments, after: delay) {
          killed += 1
        } else {
          // The first write may have taken longer than all others, on a busy machine by far.
          whole = delay
        }
        try await site.run("write", rendering.flags)
      }
      #expect(killed > 0)

      let subjects = try await site.git("log", "--format=%s", "main").split(separator: "\n")
      #expect(subjects.count == Self.moments + 2)
      #expect(Set(subjects).count == subjects.count)
      let places = (0...Self.moments).map { rendering($0).defaultPlace() }
      let trees = try await site.git.output(
        ["rev-parse"] + places.map { "main:\($0)" }, in: site.repository
      ).text.split(separator: "\n")
      #expect(trees.count == places.count)
      #expect(Set(trees).count == 1)
      #expect(try await site.files().count == places.count + 2)
      try await site.git("fsck", "--strict", "--no-dangling")
    }
  }

  private func rendering(_ number: Int) -> Rendering {
    Rendering(directory: Rendering.small.directory, name: "example-\(number)")
  }
}
