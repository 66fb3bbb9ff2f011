import Foundation
import TestSupport
import Testing

@Suite("scripts/check-docs", .timeLimit(.minutes(5)))
struct DocumentationTests {
  @Test("finds no dead link, no long line, and no command that prints something else")
  func pages() async throws {
    let script = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../scripts/check-docs").standardized.path
    let checked = try await Program.run("python3", [script, try Statestore.path()])
    #expect(checked.isSuccess, "\(checked.text) \(checked.errors)")
  }
}
