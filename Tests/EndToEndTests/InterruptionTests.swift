import Foundation
import Manifests
import TestSupport
import Testing

@Suite("A program that is told to stop", .timeLimit(.minutes(5)))
struct InterruptionTests {
  @Test("while its push is under way says that it does not know, and leaves nothing behind")
  func interruptedPush() async throws {
    try await withSite { site in
      // The hook has the last word: it stops its own pusher, and outlives it.
      let hook = site.repository.appending(path: "hooks/pre-receive")
      try Data(
        """
        #!/bin/sh
        parent() { sed 's/.*) . \\([0-9]*\\) .*/\\1/' "/proc/$1/stat"; }
        kill -TERM "$(parent "$PPID")"
        exec tail -f /dev/null

        """.utf8
      ).write(to: hook)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: hook.path)
      let before = try await site.tip()
      let log = site.directory.appending(path: "termination-log").path
      let ending = try await site.run(
        "write", Rendering.small.flags + ["-o", "json", "--termination-log", log], expecting: 3)
      #expect(try ending.document()["outcome"]?.string == "timed-out", "\(ending)")
      let told = try String(contentsOfFile: log, encoding: .utf8)
      #expect(told.hasPrefix("timed-out: "), "\(told)")
      #expect(told.contains("was sent and before it was read back"), "\(told)")
      #expect(try await site.tip() == before)

      try FileManager.default.removeItem(at: hook)
      try await site.run("write", Rendering.small.flags)
    }
  }
}
