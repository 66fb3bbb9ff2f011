import Foundation
import TestSupport

/// Kratix's own git commands, in its order (`lib/writers/git.go`), in a clone of its own.
struct KratixWriter {
  private let clone: URL
  private let git: GitOracle

  init(of site: Site) async throws {
    git = site.git
    clone = try site.directory.makeDirectory("kratix-repo")
    try await run(
      "clone", "--quiet", "--depth=1", "--single-branch", "--no-tags", "--branch", "main",
      "file://\(site.repository.path)", ".")
  }

  /// Writes files, after what `directory` holds and the stale files are gone.
  ///
  /// - Returns: Whether there was anything to commit.
  func write(
    _ files: [String: String], replacing directory: String? = nil, deleting stale: [String] = [],
    as name: String
  ) async throws -> Bool {
    try await update()
    if let directory, exists(directory) {
      try await run("rm", "--quiet", "-r", "--", clone.appending(path: directory).path)
    }
    let standing = stale.filter(exists)
    if !standing.isEmpty { try await run(["rm", "--quiet", "--"] + standing) }
    for (path, text) in files { try clone.write(text, to: path) }
    if !files.isEmpty { try await run(["add"] + files.keys.sorted()) }
    return try await commit("\(files.isEmpty ? "Delete" : "Update") from: \(name)")
  }

  /// A file of the branch, as Kratix reads its state files.
  func read(_ path: String) async throws -> String? {
    try await update()
    return try? String(contentsOf: clone.appending(path: path), encoding: .utf8)
  }

  private func update() async throws {
    try await run(
      "fetch", "--quiet", "origin", "main", "--depth", "1", "--no-tags", "--force", "--prune")
    try await run("reset", "--quiet", "--hard", "origin/main")
    try await run("clean", "--quiet", "-ffdx")
  }

  private func commit(_ subject: String) async throws -> Bool {
    let difference = try await Program.run(
      "git", ["diff", "--cached", "--quiet", "--exit-code"], in: clone,
      environment: git.environment)
    if difference.isSuccess { return false }
    try await run(
      "-c", "user.name=kratix", "-c", "user.email=", "commit", "--quiet", "-m", subject,
      "--author=kratix <>")
    try await run("push", "--quiet", "origin", "main")
    return true
  }

  private func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: clone.appending(path: path).path)
  }

  private func run(_ arguments: String...) async throws { try await run(arguments) }

  private func run(_ arguments: [String]) async throws {
    _ = try await git.output(arguments, in: clone)
  }
}
