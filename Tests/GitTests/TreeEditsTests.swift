import Git
import TestSupport
import Testing

@Suite struct TreeEditsTests {
  private let database: ObjectDatabase

  init() throws { database = try ObjectDatabase.inMemory() }

  /// The tree after writes, on a base, as paths with what they hold.
  private func tree(
    on base: ObjectID? = nil, removing removed: [String] = [], writing written: [String] = []
  ) throws -> ObjectID {
    var new = NewObjects()
    var edits = TreeEdits()
    for path in removed { edits.remove(try StatePath(path)) }
    for path in written {
      try edits.write(try StatePath(path), try new.add(.blob, Array(path.utf8)))
    }
    let tree = try new.apply(edits, to: base, reading: database)
    for object in new.objects.compactMap(\.object) { try database.store(object) }
    return tree
  }

  private func clash(
    on base: ObjectID?, removing removed: [String] = [], writing written: [String]
  ) -> PathClash? {
    do {
      _ = try tree(on: base, removing: removed, writing: written)
    } catch let clash as PathClash {
      return clash
    } catch TreeEditFailure.clash(let clash) {
      return clash
    } catch {
      Issue.record(error)
    }
    return nil
  }

  static let clashesWithTheBase: [(String, [String], String, PathClash.Existing)] = [
    ("a", [], "a/b", .file), ("a", [], "a/b/c", .file), ("x/a", [], "x/a/b", .file),
    ("a/b", [], "a", .directory), ("x/a/b/c", [], "x/a", .directory),
    ("a/b", ["a/c"], "a", .directory),
  ]

  @Test(arguments: clashesWithTheBase)
  func aFileAgainstADirectoryIsAClashThatNamesThePath(
    standing: String, removed: [String], written: String, existing: PathClash.Existing
  ) throws {
    let base = try tree(writing: [standing, "other"])
    let found = clash(on: base, removing: removed, writing: [written])
    let clash = try #require(found)
    let shorter = standing.utf8.count < written.utf8.count ? standing : written
    #expect(clash == PathClash(path: try StatePath(shorter), existing: existing))
    #expect(clash.description.contains(shorter))
  }

  static let clashesAmongThemselves: [([String], String, PathClash.Existing)] = [
    (["a", "a/b"], "a", .file), (["a/b", "a"], "a", .directory),
    (["a/b/c/d", "a/b"], "a/b", .directory), (["a/b", "a/b/c/d"], "a/b", .file),
    (["a", "a"], "a", .file),
  ]

  @Test(arguments: clashesAmongThemselves)
  func writesThatNeedOnePathForTwoThingsClash(
    written: [String], path: String, existing: PathClash.Existing
  ) throws {
    #expect(
      clash(on: nil, writing: written) == PathClash(path: try StatePath(path), existing: existing))
  }

  static let kindChanges: [([String], [String], [String])] = [
    (["a"], ["a"], ["a/b"]), (["a/b"], ["a"], ["a"]), (["a/b", "a/c/d"], ["a"], ["a"]),
    // A directory that is emptied is no longer in the way.
    (["a/b"], ["a/b"], ["a"]), (["x/a/b", "x/a/c"], ["x/a/b", "x/a/c"], ["x/a"]),
    (["a/b/c"], ["a/b/c"], ["a"]), (["a/b/c"], ["a/b"], ["a"]),
    // Among names that stand between the file's place and the directory's.
    (["a", "a-b", "a.b", "a0"], ["a"], ["a/b"]), (["a/b", "a-b", "a.b", "a0"], ["a"], ["a"]),
  ]

  @Test(arguments: kindChanges)
  func whatIsRemovedMayBecomeSomethingElse(
    standing: [String], removed: [String], written: [String]
  ) throws {
    let others = standing.filter { file in
      !removed.contains { file == $0 || file.hasPrefix($0 + "/") }
    }
    let base = try tree(writing: standing)
    #expect(
      try tree(on: base, removing: removed, writing: written)
        == tree(writing: others + written))
  }

  static let empty = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

  @Test func nothingLeftIsTheEmptyTree() throws {
    let base = try tree(writing: ["a/b/c", "a/d"])
    #expect(try tree(on: base, removing: ["a"]).hexadecimal == Self.empty)
    #expect(try tree(on: base, removing: ["a/b/c", "a/d"]).hexadecimal == Self.empty)
    #expect(try tree().hexadecimal == Self.empty)
    #expect(try tree(removing: ["a/b"]).hexadecimal == Self.empty)
    #expect(try tree(on: tree(), writing: ["x"]) == tree(writing: ["x"]))
  }

  @Test func theWholeTreeCanBeReplaced() throws {
    let base = try tree(writing: ["a/b", "c"])
    var edits = TreeEdits()
    var new = NewObjects()
    edits.remove(.root)
    try edits.write(try StatePath("x"), try new.add(.blob, Array("x".utf8)))
    #expect(try new.apply(edits, to: base, reading: database) == tree(writing: ["x"]))
  }

  @Test func directoriesThatAreEmptiedVanish() throws {
    let base = try tree(writing: ["a/b/c/d", "a/x"])
    #expect(try tree(on: base, removing: ["a/b/c/d"]) == tree(writing: ["a/x"]))
    #expect(try tree(on: base, removing: ["a/b"]) == tree(writing: ["a/x"]))
    #expect(
      try tree(on: base, removing: ["a/b/c/d", "a/x"], writing: ["z"]) == tree(writing: ["z"]))
  }

  @Test(arguments: ["x", "a/x", "a/b/x", "x/y/z", "a/b/c/x/y"])
  func removingWhatIsNotThereChangesNothing(path: String) throws {
    let base = try tree(writing: ["a/b/c", "d"])
    var new = NewObjects()
    var edits = TreeEdits()
    edits.remove(try StatePath(path))
    #expect(try new.apply(edits, to: base, reading: database) == base)
    #expect(new.objects.isEmpty)
  }

  @Test func writingWhatIsThereMakesNoTree() throws {
    let base = try tree(writing: ["a/b/c", "a/b/d", "e"])
    var new = NewObjects()
    var edits = TreeEdits()
    try edits.write(try StatePath("a/b/c"), try new.add(.blob, Array("a/b/c".utf8)))
    #expect(try new.apply(edits, to: base, reading: database) == base)
    #expect(new.objects.map(\.kind) == [.blob])
  }

  /// With a copy of the directory for each write it would take many minutes.
  @Test(.timeLimit(.minutes(2))) func manyWritesToOneDirectoryTakeTimeInProportion() throws {
    var edits = TreeEdits()
    let count = 60_000
    for number in 0..<count { try edits.write(try StatePath("a/b/\(number)"), .zero) }
    #expect(edits.written.count == count)
  }

  @Test func editsOfACancelledTaskAreNotApplied() async throws {
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      var new = NewObjects()
      var edits = TreeEdits()
      try edits.write(try StatePath("a/b"), try new.add(.blob, [1]))
      return try new.apply(edits, to: nil, reading: try ObjectDatabase.inMemory())
    }
    do {
      _ = try await task.value
      Issue.record("applied")
    } catch TreeEditFailure.git(let error) {
      #expect(error.code == .interrupted)
    }
  }

  @Test func aRefusedWriteLeavesTheEditsAsTheyWere() throws {
    var edits = TreeEdits()
    var new = NewObjects()
    let blob = try new.add(.blob, [1])
    try edits.write(try StatePath("a/b"), blob)
    #expect(throws: PathClash.self) { try edits.write(try StatePath("a"), blob) }
    #expect(throws: PathClash.self) { try edits.write(try StatePath("a/b/c"), blob) }
    #expect(throws: PathClash.self) { try edits.write(.root, blob) }
    #expect(edits.written == [try StatePath("a/b")])
    let tree = try new.apply(edits, to: nil, reading: database)
    #expect(try Overlay(new, over: database).tree(tree).entries.map(\.name) == ["a"])
  }

  @Test func missingTreesAlongThePathAreNamed() throws {
    let base = try tree(writing: ["a/b/c", "d/e"])
    let top = try database.tree(base)
    let partial = try ObjectDatabase.inMemory()
    try partial.store(try database.object(base))
    var new = NewObjects()
    var edits = TreeEdits()
    edits.remove(try StatePath("a/b/c"))
    do throws(TreeEditFailure) {
      _ = try new.apply(edits, to: base, reading: partial)
      Issue.record("the tree was not missed")
    } catch {
      guard case .git(let failure) = error else {
        Issue.record(error)
        return
      }
      #expect(failure.code == .objectMissing)
      #expect(failure.objects == [try #require(top.entry(named: "a")).id])
    }
    // What lies beside the path need not be here.
    var beside = TreeEdits()
    try beside.write(try StatePath("f"), try new.add(.blob, []))
    #expect(throws: Never.self) { try new.apply(beside, to: base, reading: partial) }
  }

  @Test func submodulesAndLinksAreKeptAndReplacedLikeFiles() throws {
    var new = NewObjects()
    var edits = TreeEdits()
    let id = try new.add(.blob, Array("target".utf8))
    try edits.write(try StatePath("link"), id, mode: .symbolicLink)
    try edits.write(try StatePath("sub"), id, mode: .submodule)
    try edits.write(try StatePath("run"), id, mode: .executable)
    let base = try new.apply(edits, to: nil, reading: database)
    for object in new.objects.compactMap(\.object) { try database.store(object) }
    #expect(clash(on: base, writing: ["sub/x"])?.existing == .file)
    #expect(clash(on: base, writing: ["link/x"])?.existing == .file)
    let after = try tree(on: base, removing: ["sub"], writing: ["sub/x"])
    let modes = try database.tree(after).entries.map(\.mode)
    #expect(modes == [.symbolicLink, .executable, .directory])
  }
}
