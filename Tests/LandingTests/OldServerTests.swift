import Foundation
import TestSupport
import Testing

@testable import Landing

/// Servers that offer less than git's own: a program of git's name hides words of what it says.
@Suite("On a server that hides what it can", .timeLimit(.minutes(4)))
struct OldServerTests {
  /// Hides words from the capabilities, by others of their length, and refuses what was hidden.
  private static func hiding(_ words: [String]) -> String {
    """
    #!/usr/bin/python3
    import os, subprocess, sys
    hidden = \(words)
    real = next(p + "/git" for p in os.environ["PATH"].split(":")[1:] if os.path.exists(p + "/git"))
    server = subprocess.Popen([real, *sys.argv[1:]], stdout=subprocess.PIPE)
    while data := os.read(server.stdout.fileno(), 65536):
        for word in hidden:
            data = data.replace(word.encode(), b"x" * len(word))
        while data:
            data = data[os.write(1, data):]
    sys.exit(server.wait())
    """
  }

  /// Offers filters and fails when one is asked for.
  private static func failing(with answer: String) -> String {
    """
    #!/usr/bin/python3
    import os, subprocess, sys, threading
    real = next(p + "/git" for p in os.environ["PATH"].split(":")[1:] if os.path.exists(p + "/git"))
    server = subprocess.Popen([real, *sys.argv[1:]], stdin=subprocess.PIPE)
    while data := os.read(0, 65536):
        if b"filter tree:" in data or b"filter blob:" in data:
            server.kill()
            os.write(1, b"\(answer)")
            os._exit(1)
        server.stdin.write(data)
        server.stdin.flush()
    server.stdin.close()
    sys.exit(server.wait())
    """
  }

  @Test(
    "a landing fetches more, and lands",
    arguments: [["shallow"], ["filter"], ["shallow", "filter"], ["ofs-delta"]])
  func lands(hidden: [String]) async throws {
    try await lands(on: Self.hiding(hidden))
  }

  @Test(
    "a filtered fetch that fails in any way is made without a filter",
    arguments: ["", "0021ERR unexpected command filter", "garbage", "000dpackfile\\n0008\\x01PAC"])
  func failingFilter(answer: String) async throws {
    try await lands(on: Self.failing(with: answer))
  }

  private func lands(on script: String) async throws {
    try await withSite(["worker/resources/default/postgresql/x/y/12345/a": "x"]) { site in
      let programs = site.directory.appendingPathComponent("programs")
      try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: true)
      let program = programs.appendingPathComponent("git")
      try Data(script.utf8).write(to: program)
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: program.path)
      var environment = site.git.environment
      environment["PATH"] = programs.path + ":" + (environment["PATH"] ?? "")
      for number in 1...2 {
        let store = try Site.store(
          at: site.repository, cache: Cache(directory: site.cache.directory + "-\(number)"),
          dependencies: .real, environment: environment)
        let receipt = try await store.land("example", ["a.yaml": "\(number)"], options)
        #expect(receipt.outcome == .landed)
        #expect(try await site.tip() == receipt.commit)
      }
      let files = try await site.git(
        "ls-tree", "-r", "--name-only", "main", in: site.repository.directory)
      #expect(files.split(separator: "\n").count == 2)
    }
  }
}
