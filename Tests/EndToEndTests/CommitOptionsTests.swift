import Foundation
import Testing

@Suite("Commits", .timeLimit(.minutes(5)))
struct CommitOptionsTests {
  @Test("speak as a server's hook wants it, as the author that the request names")
  func hook() async throws {
    try await withSite { site in
      let hook = site.repository.appending(path: "hooks/pre-receive")
      try Data(
        "#!/bin/sh\nread old new ref\ngit log -1 --format=%s $new | grep -q '^OPS-' || exit 1\n"
          .utf8
      ).write(to: hook)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: hook.path)
      let flags = Rendering.small.flags
      try await site.run("write", flags, expecting: 1)

      let request = try site.directory.write(
        """
        apiVersion: a/v1
        kind: X
        metadata: {name: x, annotations: {example.com/creator: Ada <ada@example.com>}}
        """, to: "object.yaml")
      try await site.run(
        "write",
        flags + [
          "--message-template", "OPS-12: {action} {resource} on {destination}",
          "--trailer", "Ticket=OPS-12", "--author-from", "annotation:example.com/creator",
          "--object", request.path,
        ])
      #expect(
        try await site.git(
          "log", "-1", "--format=%an|%cn|%s|%(trailers:key=Ticket,valueonly,separator=)", "main")
          == "Ada|kratix|OPS-12: Update postgres-example on worker|OPS-12")

      let removal = try await site.run(
        "remove",
        Array(flags.dropFirst(2)) + ["--author-from", "environment"],
        environment: [
          "GIT_AUTHOR_NAME": "Grace", "STATESTORE_MESSAGE_TEMPLATE": "OPS-13: {action}",
        ])
      #expect(removal.output.hasPrefix("removed  "), "\(removal)")
      #expect(try await site.git("log", "-1", "--format=%an|%s", "main") == "Grace|OPS-13: Delete")
    }
  }

  @Test("that say what there is not are a usage error")
  func usage() async throws {
    try await withSite { site in
      for (flags, words) in [
        (["--message-template", "{ticket}"], "{placement}"),
        (["--trailer", "Ticket"], "KEY=VALUE"),
        (["--author-from", "nobody"], "annotation:KEY"),
        (["--author-from", "environment"], "GIT_AUTHOR_NAME"),
      ] {
        let ending = try await site.run("write", Rendering.small.flags + flags, expecting: 2)
        #expect(ending.errors.contains(words), "\(ending)")
      }
    }
  }

  @Test("of a whole Destination's removal are one for each placement, and the canary files go too")
  func wholeDestination() async throws {
    try await withSite { site in
      try await site.commitAsSomebody(["README.md": "theirs\n"])
      try await site.run("write", Rendering.small.flags)
      try await site.run("remove", ["--all"], expecting: 2)
      try await site.run("remove", ["--all", "--destination", "worker"])
      #expect(try await site.files() == ["README.md"])
      let subjects = try await site.git("log", "-2", "--format=%s", "main").split(separator: "\n")
      #expect(subjects.first == "Delete from: kratix-canary")
      #expect(subjects.last?.hasPrefix("Delete from: postgresql-postgres-example-") == true)
    }
  }
}
