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
      #expect(try setting.repository.references().isEmpty)
      try await setting.git(
        "update-ref", "HEAD", setting.commits[0].hexadecimal, in: setting.directory)
      #expect(try setting.repository.references() == [Self.main: setting.commits[0]])
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
      let references = try? Repository.openBare(at: bare.directory.path).references()
      #expect(references ?? [:] == [:])
    }
  }
}
