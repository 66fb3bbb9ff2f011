import Foundation
import Git
import TestSupport
import Testing

@Suite struct RepositoryTests {
  private struct Setting {
    let git: GitOracle
    let directory: URL
    let repository: Repository
    let commits: [ObjectID]

    init(in parent: URL) async throws {
      git = try GitOracle(in: parent)
      directory = parent.appendingPathComponent("state.git")
      repository = try Repository.createBare(at: directory.path, branch: "main")
      let tree = try repository.objects.store(GitObject(kind: .tree, bytes: []))
      let signature = Signature(name: "k", email: "k@example.com", seconds: 1_795_000_000)
      var commits: [ObjectID] = []
      for number in 0..<3 {
        let commit = Commit(
          tree: tree, parents: commits.suffix(1), author: signature, committer: signature,
          message: "\(number)")
        commits.append(
          try repository.objects.store(GitObject(kind: .commit, bytes: commit.bytes)))
      }
      self.commits = commits
    }
  }

  private static let main = "refs/heads/main"

  private func code(_ body: () throws(GitError) -> Void) -> GitError.Code? {
    do throws(GitError) {
      try body()
      return nil
    } catch {
      return error.code
    }
  }

  @Test func isOneThatGitUses() async throws {
    try await withTemporaryDirectory { directory in
      let setting = try await Setting(in: directory)
      #expect(try setting.repository.reference("HEAD") == nil)
      #expect(try setting.repository.reference(Self.main) == nil)
      #expect(try setting.repository.references().isEmpty)
      try setting.repository.update(Self.main, from: nil, to: setting.commits[0])
      #expect(try await setting.git.id("HEAD", in: setting.directory) == setting.commits[0])
      #expect(try setting.repository.reference("HEAD") == setting.commits[0])
      try await setting.git("fsck", "--strict", in: setting.directory)
      try await setting.git(
        "clone", "--quiet", setting.directory.path, "clone", in: directory)
    }
  }

  @Test func seesReferencesThatGitMovesAndPacks() async throws {
    try await withTemporaryDirectory { directory in
      let setting = try await Setting(in: directory)
      for (name, commit) in [("main", 0), ("team/a", 1), ("caf\u{e9}", 2)] {
        try await setting.git(
          "update-ref", "refs/heads/\(name)", setting.commits[commit].hexadecimal,
          in: setting.directory)
      }
      try await setting.git("symbolic-ref", "refs/heads/link", Self.main, in: setting.directory)
      try await setting.git("pack-refs", "--all", in: setting.directory)
      #expect(
        try setting.repository.references() == [
          Self.main: setting.commits[0], "refs/heads/team/a": setting.commits[1],
          "refs/heads/caf\u{e9}": setting.commits[2], "refs/heads/link": setting.commits[0],
        ])
      try setting.repository.update(Self.main, from: setting.commits[0], to: setting.commits[2])
      #expect(try await setting.git.id("main", in: setting.directory) == setting.commits[2])
    }
  }

  @Test func movesAReferenceOnlyFromWhereTheCallerBelievesItToBe() async throws {
    try await withTemporaryDirectory { directory in
      let setting = try await Setting(in: directory)
      let (repository, commits) = (setting.repository, setting.commits)
      #expect(
        code { () throws(GitError) in
          try repository.update(Self.main, from: commits[0], to: commits[1])
        } == .notFound)
      try repository.update(Self.main, from: nil, to: commits[0])
      #expect(
        code { () throws(GitError) in try repository.update(Self.main, from: nil, to: commits[1]) }
          == .exists)
      #expect(
        code { () throws(GitError) in
          try repository.update(Self.main, from: commits[1], to: commits[2])
        } == .modified)
      #expect(try repository.reference(Self.main) == commits[0])
      try repository.update(Self.main, from: commits[0], to: commits[1])
      #expect(try repository.reference(Self.main) == commits[1])
    }
  }

  @Test func aLockOfAnotherProcessIsRespected() async throws {
    try await withTemporaryDirectory { directory in
      let setting = try await Setting(in: directory)
      try setting.repository.update(Self.main, from: nil, to: setting.commits[0])
      let lock = setting.directory.appendingPathComponent("refs/heads/main.lock")
      try Data().write(to: lock)
      #expect(
        code { () throws(GitError) in
          try setting.repository.update(
            Self.main, from: setting.commits[0], to: setting.commits[1])
        } == .locked)
      try FileManager.default.removeItem(at: lock)
      try setting.repository.update(Self.main, from: setting.commits[0], to: setting.commits[1])
    }
  }

  @Test func ofManyThatMoveAReferenceAtOnceOneSucceeds() async throws {
    try await withTemporaryDirectory { directory in
      let setting = try await Setting(in: directory)
      try setting.repository.update(Self.main, from: nil, to: setting.commits[0])
      let (path, from, to) = (setting.directory.path, setting.commits[0], setting.commits[1])
      for _ in 0..<20 {
        let winners = await withTaskGroup(of: Bool.self) { group in
          for _ in 0..<8 {
            group.addTask {
              // A handle of its own for each, as processes have.
              (try? Repository.openBare(at: path).update(Self.main, from: from, to: to)) != nil
            }
          }
          return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
        try setting.repository.update(Self.main, from: to, to: from)
      }
    }
  }

  static let wrongNames = [
    "", "main", "refs/heads/", "refs/heads/a..b", "refs/heads/a b", "refs/heads/.a",
    "refs/heads/a.lock", "refs/heads/../../x", "refs/heads/a\\b", "refs/heads/a:b", "/refs/heads/a",
  ]

  @Test(arguments: wrongNames) func refusesNamesThatGitRefuses(name: String) async throws {
    try await withTemporaryDirectory { directory in
      let setting = try await Setting(in: directory)
      #expect(throws: GitError.self) {
        try setting.repository.update(name, from: nil, to: setting.commits[0])
      }
      #expect(try setting.repository.references().isEmpty)
    }
  }

  @Test func aReferenceToWhatIsNotThereIsRefused() async throws {
    try await withTemporaryDirectory { directory in
      let setting = try await Setting(in: directory)
      #expect(throws: GitError.self) {
        try setting.repository.update(Self.main, from: nil, to: .zero)
      }
      try setting.repository.update("refs/heads/a", from: nil, to: setting.commits[0])
      #expect(throws: GitError.self) {
        try setting.repository.update("refs/heads/a/b", from: nil, to: setting.commits[0])
      }
    }
  }

  @Test func isNotMadeTwiceAndNotOpenedWhereThereIsNone() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appendingPathComponent("a/b.git").path
      #expect(
        code { () throws(GitError) in _ = try Repository.openBare(at: path) } == .notFound)
      _ = try Repository.createBare(at: path, branch: "state")
      #expect(
        code { () throws(GitError) in _ = try Repository.createBare(at: path, branch: "state") }
          == .exists)
      let head = try String(contentsOfFile: path + "/HEAD", encoding: .utf8)
      #expect(head == "ref: refs/heads/state\n")
    }
  }

  @Test func referencesOfAnotherObjectFormatAreNotMisread() async throws {
    try await withTemporaryDirectory { directory in
      let git = try GitOracle(in: directory)
      let bare = try await BareRepository(in: directory, git: git, format: "sha256")
      let tree = try await git("mktree", in: bare.directory)
      let commit = try await git("commit-tree", tree, "-m", "m", in: bare.directory)
      try await git("update-ref", Self.main, commit, in: bare.directory)
      #expect(throws: GitError.self) {
        try Repository.openBare(at: bare.directory.path).reference(Self.main)
      }
    }
  }
}
