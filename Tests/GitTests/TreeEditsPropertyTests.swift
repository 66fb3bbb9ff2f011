import Foundation
import Git
import TestSupport
import Testing

@Suite struct TreeEditsPropertyTests {
  /// Names that stand differently among files than among directories.
  private static let names = ["a", "a-b", "a.b", "a0", "a b", "A", "b", "\u{e9}", "a~"]

  private struct Edit {
    var removed: [StatePath] = []
    var written: [StatePath: String] = [:]
  }

  private static func path(_ random: inout SeededGenerator) throws -> StatePath {
    let depth = Int.random(in: 1...4, using: &random)
    let text = (0..<depth).map { _ in names.randomElement(using: &random) ?? "" }
    return try StatePath(text.joined(separator: "/"))
  }

  private static func edit(
    of tree: FileTree, _ random: inout SeededGenerator
  ) throws -> Edit {
    var edit = Edit()
    let standing = tree.files.keys.sorted()
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      // Half of what goes is there, or holds something that is there.
      var path = try Self.path(&random)
      if Bool.random(using: &random), let file = standing.randomElement(using: &random) {
        path = file
        while Bool.random(using: &random), let parent = path.parent, parent != .root {
          path = parent
        }
      }
      edit.removed.append(path)
      guard Bool.random(using: &random) else { continue }
      for _ in 0..<3 where path.components.count < 4 {
        let file = try path.appending(names.randomElement(using: &random) ?? "")
        edit.written[file] = "\(Int.random(in: 0..<5, using: &random))\n"
      }
    }
    for _ in 0..<Int.random(in: 0...6, using: &random) {
      edit.written[try Self.path(&random)] = "\(Int.random(in: 0..<5, using: &random))\n"
    }
    if Int.random(in: 0..<40, using: &random) == 0 { edit.removed.append(.root) }
    return edit
  }

  /// Applies the edits; `nil` for a clash.
  private static func apply(
    _ edit: Edit, to base: ObjectID?, in database: ObjectDatabase, _ new: inout NewObjects,
    _ random: inout SeededGenerator
  ) throws -> ObjectID? {
    var edits = TreeEdits()
    do {
      // The order of the calls must not matter.
      for path in edit.removed where Bool.random(using: &random) { edits.remove(path) }
      for (path, content) in edit.written.sorted(by: { $0.key < $1.key }).shuffled(using: &random) {
        try edits.write(path, try new.add(.blob, Array(content.utf8)))
      }
      for path in edit.removed { edits.remove(path) }
      return try new.apply(edits, to: base, reading: Overlay(new, over: database))
    } catch let clash as PathClash {
      #expect(clash.path != .root)
      return nil
    } catch TreeEditFailure.clash(let clash) {
      #expect(clash.path != .root)
      return nil
    }
  }

  @Test(arguments: 1...10)
  func editsGiveTheTreeThatTheSameFilesCommittedByGitGive(seed: UInt64) async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let repository = try await BareRepository(in: directory, git: git)
      let database = try repository.objects()
      var random = SeededGenerator(seed: seed)
      var versions: [FileTree] = []
      var ours: [ObjectID] = []
      var clashes = 0
      while versions.count < 60 {
        let standing = versions.last ?? FileTree()
        let edit = try Self.edit(of: standing, &random)
        let expected = standing.after(removing: edit.removed, writing: edit.written)
        var new = NewObjects()
        let tree = try Self.apply(edit, to: ours.last, in: database, &new, &random)
        #expect((tree == nil) == (expected == nil), "\(edit) on \(standing)")
        guard let tree, let expected else {
          clashes += 1
          continue
        }
        // What the base lacks is there, and nothing that the new tree does not hold.
        let overlay = Overlay(new, over: database)
        let before = try overlay.closure(of: ours.last)
        let after = try overlay.closure(of: tree)
        let added = Set(new.objects.map(\.id))
        #expect(added.isSuperset(of: after.subtracting(before)))
        #expect(added.isSubset(of: after))
        if edit.removed.isEmpty {
          let trees = Set(new.objects.filter { $0.kind == .tree }.map(\.id))
          #expect(trees.isSubset(of: after))
        }
        try database.store(new)
        versions.append(expected)
        ours.append(tree)
      }
      #expect(clashes > 0)
      let theirs = try await git.trees(of: versions, in: repository.directory)
      #expect(ours == theirs)
      for (index, tree) in ours.enumerated() {
        try await git(
          "update-ref", "refs/trees/\(index)", tree.hexadecimal, in: repository.directory)
      }
      let check = try await git.output(["fsck", "--strict", "--full"], in: repository.directory)
      #expect(!check.errors.contains("error") && !check.errors.contains("warning"))
    }
  }
}
