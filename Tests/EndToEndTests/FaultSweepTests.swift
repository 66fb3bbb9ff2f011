import Foundation
import TestSupport
import Testing

@Suite("When the network breaks at any byte", .timeLimit(.minutes(5)))
struct FaultSweepTests {
  /// `scripts/faults` without flags tries every byte in every way; here it is a sample of both.
  @Test(
    "a write is on the branch once or says truly why not, and a check calls nothing missing",
    arguments: ["http", "ssh"])
  func sample(transport: String) async throws {
    try await withTemporaryDirectory { directory in
      let script = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "scripts/faults")
      let sweep = try await Program.run(
        "python3",
        [
          script.path, "--statestore", try Statestore(in: directory).executable,
          "--transports", transport, "--points", "3", "--alternate", "--workers", "4",
          "--timeout", "3s",
        ])
      #expect(sweep.isSuccess, "\(sweep.text)\n\(sweep.errors)")
      #expect(sweep.text.hasSuffix("faults: 24 runs, 0 violations"), "\(sweep.text)")
    }
  }
}
