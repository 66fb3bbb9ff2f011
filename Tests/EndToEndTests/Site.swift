import Foundation
import TestSupport
import Testing

/// The kinds of remote that a state store may be on, each with a real server behind it.
enum RemoteKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case path = "a path"
  case https = "https with a password and an own authority"
  case sshEd25519 = "ssh with an Ed25519 key"
  case sshRSA = "ssh with an RSA key"

  var testDescription: String { rawValue }
}

/// A state repository, and how the program is told to reach it.
struct Site: Sendable {
  /// What no output of the program may ever hold.
  static let password = "correct-horse-battery-staple"

  let directory: URL
  let git: GitOracle
  /// The bare repository, as the server sees it.
  let repository: URL
  let address: String
  /// The flags that open the way to it.
  var access: [String] = []
  let statestore: Statestore

  /// Runs a command on the state store.
  @discardableResult
  func run(
    _ command: String, _ arguments: [String] = [], environment: [String: String] = [:],
    expecting status: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Statestore.Ending {
    let ending = try await statestore.run(
      [command, "--repo", address] + access + arguments, environment: environment)
    #expect(ending.status == status, "\(ending)", sourceLocation: sourceLocation)
    return ending
  }

  /// Runs a command that finds its state store in configuration.
  @discardableResult
  func runConfigured(
    _ command: String, _ arguments: [String] = [], environment: [String: String] = [:],
    expecting status: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Statestore.Ending {
    let ending = try await statestore.run(
      [command] + access + arguments, environment: environment)
    #expect(ending.status == status, "\(ending)", sourceLocation: sourceLocation)
    return ending
  }

  /// What git says of the repository.
  @discardableResult
  func git(_ arguments: String...) async throws -> String {
    try await git.output(arguments, in: repository).text
  }

  @discardableResult
  func git(_ arguments: String..., in directory: URL) async throws -> String {
    try await git.output(arguments, in: directory).text
  }

  /// The commit that the branch names.
  func tip() async throws -> String { try await git("rev-parse", "main") }

  /// The files of the branch.
  func files() async throws -> [String] {
    try await git("ls-tree", "-r", "--name-only", "main").split(separator: "\n").map(String.init)
  }

  /// Commits changes to the branch as somebody would who works with git.
  ///
  /// - Parameters:
  ///   - changes: The texts of files by path; `nil` removes one.
  ///   - message: What the commit says.
  ///   - author: Who the commit is said to be by.
  func commitAsSomebody(
    _ changes: [String: String?], message: String = "By hand", author: String = "Somebody"
  ) async throws {
    let clone = directory.appending(path: "clone-\(UUID().uuidString)")
    try await git("clone", "--quiet", repository.path, clone.path, in: directory)
    for (path, text) in changes {
      if let text {
        try clone.write(text, to: path)
      } else {
        try FileManager.default.removeItem(at: clone.appending(path: path))
      }
    }
    try await git("add", "--all", in: clone)
    try await git(
      "commit", "--quiet", "--message", message, "--author", "\(author) <somebody@example.com>",
      in: clone)
    try await git("push", "--quiet", "origin", "main", in: clone)
  }

  /// A clone as CI makes it: the newest commit, on no branch.
  func checkout() async throws -> URL {
    let clone = directory.appending(path: "checkout")
    for arguments in [
      ["init", "--quiet", clone.path],
      [
        "-C", clone.path, "fetch", "--quiet", "--depth", "1", "file://\(repository.path)",
        "+main:refs/remotes/pull/1/merge",
      ],
      ["-C", clone.path, "checkout", "--quiet", "--detach", "refs/remotes/pull/1/merge"],
    ] {
      _ = try await git.output(arguments, in: directory)
    }
    return clone
  }

  /// Merges the branch into a commit of a document on another one, as `git pull` does, and pushes that.
  ///
  /// - Returns: The merge, whose first parent is the person's own commit.
  func mergeAsSomebody(into start: String) async throws -> String {
    let clone = directory.appending(path: "clone-\(UUID().uuidString)")
    try await git("clone", "--quiet", repository.path, clone.path, in: directory)
    let author = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"]
    for arguments in [
      ["checkout", "--quiet", "-b", "own", start],
      author + ["commit", "--quiet", "--allow-empty", "--message", "A document"],
      author + ["merge", "--quiet", "--no-ff", "--no-edit", "main"],
      ["push", "--quiet", "origin", "own:main"],
    ] {
      _ = try await git.output(arguments, in: clone)
    }
    return try await tip()
  }

  private func git(_ arguments: String..., in directory: URL) async throws {
    _ = try await git.output(arguments, in: directory)
  }
}
