import Foundation
import TestSupport
import Testing

@Suite("scripts/circles")
struct CircleTests {
  private static let script = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../scripts/circles").standardized

  @Test("finds no circle in the targets that are held to the rule")
  func held() async throws {
    let measured = try await Program.run("python3", [Self.script.path])
    #expect(measured.isSuccess, "\(measured.text) \(measured.errors)")
  }

  @Test(
    "fails on folders that use each other, and on nothing that is only text or private",
    arguments: [
      ("let place: Place? = nil", false),
      ("let place: Place? = nil; let work: Work? = nil", true),
      ("func run() { schedule(work: 1) }", true),
      ("func run() { schedule(place: 1) }", false),
      ("import Work", false),
      ("// Work", false),
      (#"let text = "Work \(1)""#, false),
      (#"let text = "\(Work())""#, true),
      ("private struct Work {}; let work = Work()", false),
    ])
  func folders(text: String, isCircle: Bool) async throws {
    try await withTemporaryDirectory { directory in
      for (path, text) in [
        "Sources/House/Places/Place.swift": "struct Place {}\n\(text)\n",
        "Sources/House/Works/Work.swift": "struct Work { let place: Place }\n",
        "Sources/House/Works/Schedule.swift": "func schedule(work: Int) {}\n",
      ] {
        let file = directory.appending(path: path)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
      }
      let copy = directory.appending(path: "scripts/circles")
      try FileManager.default.createDirectory(
        at: copy.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.copyItem(at: Self.script, to: copy)
      let measured = try await Program.run("python3", [copy.path, "House"])
      #expect(measured.isSuccess == !isCircle, "\(measured.text) \(measured.errors)")
    }
  }
}
