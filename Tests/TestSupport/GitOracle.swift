package import Foundation
package import Git

/// The `git` program, apart from the machine's and the user's configuration, as the judge of what
/// we do.
package struct GitOracle: Sendable {
  /// The variables that every call runs with.
  package let environment: [String: String]

  /// Makes an oracle whose configuration is an empty file in a directory.
  package init(in directory: URL) throws {
    let configuration = directory.appendingPathComponent("gitconfig")
    if !FileManager.default.fileExists(atPath: configuration.path) {
      try Data("[init]\n\tdefaultBranch = main\n".utf8).write(to: configuration)
    }
    var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GIT_") }
    environment["GIT_CONFIG_GLOBAL"] = configuration.path
    environment["GIT_CONFIG_SYSTEM"] = "/dev/null"
    environment["GIT_CONFIG_NOSYSTEM"] = "1"
    environment["GIT_TERMINAL_PROMPT"] = "0"
    environment["HOME"] = directory.path
    environment["LC_ALL"] = "C.UTF-8"
    for role in ["AUTHOR", "COMMITTER"] {
      environment["GIT_\(role)_NAME"] = "kratix"
      environment["GIT_\(role)_EMAIL"] = "kratix@example.com"
      environment["GIT_\(role)_DATE"] = "1795000000 +0000"
    }
    self.environment = environment
  }

  /// Runs git in a directory and gives its standard output as text.
  @discardableResult
  package func callAsFunction(
    _ arguments: String..., in directory: URL, input: [UInt8] = []
  ) async throws -> String {
    try await output(arguments, in: directory, input: input).text
  }

  /// Runs git in a directory; a failure is an error with git's own words.
  package func output(
    _ arguments: [String], in directory: URL, input: [UInt8] = []
  ) async throws -> Program.Output {
    let output = try await Program.run(
      "git", arguments, in: directory, environment: environment, input: input)
    guard output.isSuccess else {
      throw TestFailure("git \(arguments.joined(separator: " ")): \(output.errors)")
    }
    return output
  }

  /// The id that a revision expression stands for.
  package func id(_ revision: String, in directory: URL) async throws -> ObjectID {
    let text = try await self("rev-parse", "--verify", revision, in: directory)
    guard let id = ObjectID(hexadecimal: text) else {
      throw TestFailure("git rev-parse \(revision) says \(text)")
    }
    return id
  }
}
