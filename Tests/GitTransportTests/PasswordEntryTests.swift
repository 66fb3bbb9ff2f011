import Foundation
import TestSupport
import Testing

@testable import GitTransport

@Suite("A user without an entry in /etc/passwd")
struct PasswordEntryTests {
  @Test("The C library gives the entry to a program that asks for it")
  func sharedObject() async throws {
    let entry = PasswordEntry(user: getuid(), group: getgid(), name: "somebody", home: "/it's")
    let object = try PrivateFile(try #require(entry.sharedObject))
    let output = try await Program.run(
      "bash", ["-c", #"printf '%s|%s|%s' "$(whoami)" ~ "$SHELL""#],
      environment: ["PATH": "/usr/bin:/bin", "LD_PRELOAD": object.path])
    #expect(output.errors == "")
    #expect(output.text == "somebody|/it's|/bin/sh")
  }

  @Test("The user of this process needs none where the machine has one")
  func known() {
    let isKnown = getpwuid(getuid()) != nil
    #expect((PasswordEntry.ofUnknownUser(home: "/") == nil) == isKnown)
  }
}
