import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite("What cannot be printed", .timeLimit(.minutes(1)))
struct StandardStreamsTests {
  /// The end of a pipe that nobody reads.
  private static func closedPipe() throws -> FileDescriptor {
    let (reading, writing) = try FileDescriptor.pipe()
    try reading.close()
    return writing
  }

  private static func full() throws -> FileDescriptor { try .open("/dev/full", .writeOnly) }

  @Test(
    "ends quietly where it was only to be looked at, and whoever looked has seen enough",
    arguments: [
      ["--help"], ["help", "verify"], ["--version"], ["rule", "--markdown"], ["status"],
      ["verify", "--all"],
    ])
  func shown(command: [String]) async throws {
    try await withSite { site in
      let reads = ["status", "verify"].contains(command[0])
      let access = reads ? ["--repo", site.address] + site.access : []
      let ending = try await site.statestore.run(
        command + access, output: try Self.closedPipe())
      #expect(ending.status == 0 && ending.errors.isEmpty, "\(ending)")
    }
  }

  @Test(
    "is told, and ends with 3, where it is what became of something or was lost",
    arguments: [
      (["write"], true), (["write"], false), (["rule", "--markdown"], false),
      (["--help"], false),
    ])
  func lost(command: [String], isClosed: Bool) async throws {
    try await withSite { site in
      let more =
        command == ["write"] ? Rendering.small.flags + ["--repo", site.address] + site.access : []
      let ending = try await site.statestore.run(
        command + more,
        output: isClosed ? try Self.closedPipe() : try Self.full())
      #expect(ending.status == 3, "\(ending)")
      #expect(ending.errors.contains("could not be printed in full"), "\(ending)")
    }
  }

  @Test("ends nothing when it was for standard error", arguments: ["text", "json"])
  func errors(format: String) async throws {
    try await withSite { site in
      for error in [try Self.closedPipe(), try Self.full()] {
        let ending = try await site.statestore.run(
          ["write", "--repo", site.address, "--log-level", "trace", "--log-format", format]
            + site.access + Rendering.small.flags, errors: error)
        #expect(ending.status == 0, "\(ending)")
      }
    }
  }
}
