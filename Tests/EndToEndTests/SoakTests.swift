import Foundation
import TestSupport
import Testing

@Suite("Under load, while everything around it fails", .timeLimit(.minutes(5)))
struct SoakTests {
  @Test("the service loses nothing that it acknowledged, and lands nothing twice")
  func short() async throws {
    try await withTemporaryDirectory { directory in
      let script = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "scripts/soak")
      let soak = try await Program.run(
        "python3",
        [
          script.path, "--statestore", try Statestore(in: directory).executable,
          "--works", "200", "--clients", "10", "--kills", "3", "--turn", "0.3",
          "--patience", "120",
        ])
      #expect(soak.isSuccess, "\(soak.text)\n\(soak.errors)")
      #expect(soak.text.hasPrefix("soak: 200 Works from 10 clients, 3 kills"), "\(soak.text)")
    }
  }
}
