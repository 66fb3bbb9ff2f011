import Foundation
import SystemPackage
import Testing

@Suite("What a command reads", .timeLimit(.minutes(5)))
struct InputTests {
  @Test(
    "standard input that cannot be read is an error with exit status 2",
    arguments: [
      ["verify", "--request", "-"], ["verify", "--work", "-"], ["verify", "--receipt", "-"],
      ["write", "--work", "-"], ["remove", "--work", "-"], ["diff", "--work", "-"],
      ["work", "--work", "-"], ["diagnose", "--request", "-"],
      ["diagnose", "--promise", "a", "--name", "a", "--dump", "-"],
      ["expectation", "check", "-"],
    ])
  func unreadableStandardInput(arguments: [String]) async throws {
    try await withSite { site in
      let place = arguments[0] == "expectation" ? [] : ["--repo", site.address]
      let ending = try await site.statestore.run(
        arguments + place + site.access,
        input: .open(FilePath(site.directory.path), .readOnly))
      #expect(ending.status == 2, "\(ending)")
      #expect(
        ending.errors == "invalid-configuration: standard input: Is a directory\n", "\(ending)")
    }
  }

  @Test(
    "a warning about the configuration comes once",
    arguments: [
      ["verify", "--all"], ["verify", "--all", "--state", "memory"], ["status"],
      ["diagnose", "--promise", "a", "--name", "a"],
      ["diagnose", "--promise", "a", "--name", "a", "--kubectl"],
    ])
  func warnings(arguments: [String]) async throws {
    try await withSite { site in
      let empty = try site.directory.makeDirectory("empty").path
      let blank = try site.directory.write("", to: "blank.yaml").path
      let ending = try await site.statestore.run(
        arguments + ["--repo", site.address, "--config", empty, blank] + site.access,
        environment: ["PATH": "/usr/bin:/bin"])
      for path in [empty, blank] {
        let count = ending.errors.components(separatedBy: "\(path): passed over: ").count - 1
        #expect(count == 1, "\(ending)")
      }
    }
  }
}

/// A file that a command reads or writes, where somebody else may have put a link.
struct LinkedFile: Sendable, CustomTestStringConvertible {
  let command: String
  let flag: String
  var name = "file.yaml"

  var testDescription: String { "\(command) \(flag) \(name)" }

  /// What the flag is given: the directory, where the name is Kratix's.
  func value(in directory: URL) -> String {
    flag == "--metadata" ? directory.path : directory.appending(path: name).path
  }

  static let all = [
    LinkedFile(command: "write", flag: "--status-file"),
    LinkedFile(command: "write", flag: "--receipt"),
    LinkedFile(command: "write", flag: "--termination-log"),
    LinkedFile(command: "write", flag: "--promise-scheduling"),
    LinkedFile(command: "write", flag: "--metadata", name: "destination-selectors.yaml"),
    LinkedFile(command: "write", flag: "--metadata", name: "workflow-control.yaml"),
    LinkedFile(command: "verify", flag: "--receipt"),
    LinkedFile(command: "verify", flag: "--state"),
    LinkedFile(command: "verify", flag: "--request"),
  ]
}

@Suite("Links in directories that others write to", .timeLimit(.minutes(5)))
struct LinkedFileTests {
  private static let secret = "SuperSecretPassword42"

  @Test(
    "that lead out of their directory are refused, and the target is neither shown nor changed",
    arguments: LinkedFile.all)
  func refused(file: LinkedFile) async throws {
    try await withSite { site in
      let target = try site.directory.write(Self.secret, to: "credentials/password")
      let shared = try site.directory.makeDirectory("shared")
      try FileManager.default.createSymbolicLink(
        at: shared.appending(path: file.name), withDestinationURL: target)
      let before = try await site.tip()
      let termination = site.directory.appending(path: "termination-log").path
      var flags = Rendering.small.flags + [file.flag, file.value(in: shared)]
      if file.command == "write", file.flag != "--termination-log" {
        flags += ["--termination-log", termination]
      }
      // Of a check, 1 says that something was found.
      let ending = try await site.run(
        file.command, flags, expecting: file.command == "verify" ? 2 : 1)
      #expect(ending.errors.hasPrefix("unsafe-path: \(shared.path)/\(file.name): "), "\(ending)")
      #expect(!ending.everything.contains(Self.secret), "\(ending)")
      let told = FileManager.default.contents(atPath: termination) ?? Data()
      #expect(!String(decoding: told, as: UTF8.self).contains(Self.secret))
      #expect(try String(contentsOf: target, encoding: .utf8) == Self.secret)
      #expect(try await site.tip() == before)
    }
  }

  @Test("that lead to nothing make no file at their end")
  func dangling() async throws {
    try await withSite { site in
      let target = site.directory.appending(path: "made")
      let link = try site.directory.makeDirectory("shared").appending(path: "receipt.json")
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: target)
      let ending = try await site.run(
        "write", Rendering.small.flags + ["--receipt", link.path], expecting: 1)
      #expect(ending.errors.hasPrefix("unsafe-path: \(link.path): "), "\(ending)")
      #expect(!FileManager.default.fileExists(atPath: target.path))
    }
  }

  @Test(
    "a status file that is no mapping is named without its content",
    arguments: [secret, "- \(secret)\n", "a: *\(secret)\n", "\(secret): 1\n\(secret): 2\n"])
  func unusableStatus(text: String) async throws {
    try await withSite { site in
      let status = try site.directory.write(text, to: "status.yaml").path
      let ending = try await site.run(
        "write", Rendering.small.flags + ["--status-file", status], expecting: 2)
      #expect(ending.errors.hasPrefix("invalid-input: \(status):"), "\(ending)")
      #expect(!ending.everything.contains(Self.secret), "\(ending)")
    }
  }

  @Test("a status file that is a pipe is refused, and not waited for")
  func pipe() async throws {
    try await withSite { site in
      let status = site.directory.appending(path: "status.yaml").path
      #expect(mkfifo(status, 0o600) == 0)
      let ending = try await site.run(
        "write", Rendering.small.flags + ["--status-file", status], expecting: 2)
      #expect(ending.errors.contains("\(status): "), "\(ending)")
    }
  }
}
