import Foundation
import Manifests
import Subprocess
import SystemPackage
import TestSupport

/// The built program, run as a person or a pipeline's container runs it.
struct Statestore: Sendable {
  /// What the program said and how it ended.
  struct Ending: Sendable, CustomStringConvertible {
    let output: String
    let errors: String
    /// The exit status; that of a signal is its negative number.
    let status: Int32

    /// Everything that whoever started it gets to see.
    var everything: String { output + errors }

    var description: String {
      "exit status \(status)\nstandard output:\n\(output)\nstandard error:\n\(errors)"
    }

    /// Standard output, read as the one document of JSON or YAML that it must be.
    func document() throws -> Node {
      let file = try ManifestFile(parsing: output, name: "standard output")
      guard let root = file.documents.first?.root, file.documents.count == 1 else {
        throw TestFailure("standard output is not one document: \(self)")
      }
      return root
    }
  }

  let executable: String
  private let environment: [String: String]
  let directory: URL

  /// The program with a home of its own in a directory, and nothing of the machine's configuration.
  init(in directory: URL) throws {
    self.executable = try Self.path()
    self.directory = directory
    let inherited = ProcessInfo.processInfo.environment
    self.environment = [
      "PATH": inherited["PATH"] ?? "/usr/bin:/bin",
      "LC_ALL": "C.UTF-8",
      "HOME": directory.path,
      "XDG_CACHE_HOME": directory.appending(path: "cache").path,
      "GIT_CONFIG_NOSYSTEM": "1",
    ]
  }

  /// The built program lies beside the test bundle, wherever the build has put both.
  static func path() throws -> String {
    let bundles = [Bundle.main.executablePath, ProcessInfo.processInfo.arguments.first]
    let candidates = bundles.compactMap { $0 }.map {
      URL(fileURLWithPath: $0).resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "statestore").path
    }
    guard let found = candidates.first(where: FileManager.default.isExecutableFile) else {
      throw TestFailure(
        "the program is not built: looked for \(candidates.joined(separator: ", ")); swift build")
    }
    return found
  }

  /// Runs the program to its end.
  func run(
    _ arguments: [String], environment: [String: String] = [:]
  ) async throws -> Ending {
    let result = try await Subprocess.run(
      .path(.init(executable)), arguments: Arguments(arguments),
      environment: whole(environment), workingDirectory: .init(directory.path),
      output: .string(limit: 16 << 20), error: .string(limit: 1 << 20))
    return Ending(
      output: result.standardOutput, errors: result.standardError,
      status: Self.status(result.terminationStatus))
  }

  private static func status(_ status: TerminationStatus) -> Int32 {
    switch status {
    case .exited(let code): code
    case .signaled(let signal): -signal
    }
  }

  /// Runs the program with something else for its standard input.
  func run(_ arguments: [String], input: FileDescriptor) async throws -> Ending {
    let result = try await Subprocess.run(
      .path(.init(executable)), arguments: Arguments(arguments),
      environment: whole([:]), workingDirectory: .init(directory.path),
      input: .fileDescriptor(input, closeAfterSpawningProcess: true),
      output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    return Ending(
      output: result.standardOutput, errors: result.standardError,
      status: Self.status(result.terminationStatus))
  }

  /// Runs the program with something else for its standard output.
  func run(_ arguments: [String], output: FileDescriptor) async throws -> Ending {
    let result = try await Subprocess.run(
      .path(.init(executable)), arguments: Arguments(arguments),
      environment: whole([:]), workingDirectory: .init(directory.path),
      output: .fileDescriptor(output, closeAfterSpawningProcess: true),
      error: .string(limit: 1 << 20))
    return Ending(
      output: "", errors: result.standardError, status: Self.status(result.terminationStatus))
  }

  /// Runs the program with something else for its standard error.
  func run(_ arguments: [String], errors: FileDescriptor) async throws -> Ending {
    let result = try await Subprocess.run(
      .path(.init(executable)), arguments: Arguments(arguments),
      environment: whole([:]), workingDirectory: .init(directory.path),
      output: .string(limit: 1 << 20),
      error: .fileDescriptor(errors, closeAfterSpawningProcess: true))
    return Ending(
      output: result.standardOutput, errors: "", status: Self.status(result.terminationStatus))
  }

  /// Starts the program and kills it after a while, if it is still there.
  ///
  /// - Returns: Whether it was killed.
  func runAndKill(_ arguments: [String], after moment: Duration) async throws -> Bool {
    let result = try await Subprocess.run(
      .path(.init(executable)), arguments: Arguments(arguments),
      environment: whole([:]), workingDirectory: .init(directory.path),
      input: .none, output: .discarded, error: .discarded
    ) { execution in
      try await Task.sleep(for: moment)
      // It may have ended by itself.
      try? execution.send(signal: .kill)
    }
    return result.terminationStatus == .signaled(9)
  }

  func whole(_ additions: [String: String]) -> Environment {
    let all = environment.merging(additions) { $1 }
    return .custom(
      Dictionary(uniqueKeysWithValues: all.map { (Environment.Key(stringLiteral: $0), $1) }))
  }
}
