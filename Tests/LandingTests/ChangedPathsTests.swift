import Git
import TestSupport
import Testing

@testable import Landing

@Suite("The paths that a commit changed")
struct ChangedPathsTests {
  @Test("are those at or below which files differ", arguments: 0..<40)
  func random(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let names = ["a", "b", "c"]
    func path() -> String {
      (0..<Int.random(in: 1...3, using: &random)).map { _ in
        names.randomElement(using: &random) ?? "a"
      }.joined(separator: "/")
    }
    let database = try ObjectDatabase.inMemory()
    var objects = NewObjects()
    func tree() throws -> ObjectID {
      var edits = TreeEdits()
      for _ in 0..<6 {
        // A file and a directory of one name cannot be: then it is left out.
        let blob = try objects.add(.blob, [UInt8.random(in: 0...1, using: &random)])
        var next = edits
        guard (try? next.write(try StatePath(path() + ".yaml"), blob)) != nil else { continue }
        edits = next
      }
      return try objects.apply(edits, to: nil, reading: database)
    }
    let (old, new) = (try tree(), try tree())
    let reader = StagedObjectReader(objects, over: database)
    let paths = Set((0..<4).map { _ in path() } + (0..<3).map { _ in path() + ".yaml" } + [""])
    let files = try reader.differences(from: old, to: new).map(\.path)
    let expected = paths.filter { path in
      files.contains { path.isEmpty || $0 == path || $0.hasPrefix(path + "/") }
    }
    let found = try ChangedPaths(among: paths).run(from: old, to: new, reading: reader)
    #expect(found == expected)
  }
}
