package import Foundation
import Subprocess
import SystemPackage

/// Programs that tests run as they are installed.
package enum Program {
  /// What a program printed and how it ended.
  package struct Output: Sendable {
    /// Standard output.
    package let bytes: [UInt8]

    /// Standard error.
    package let errors: String

    /// The exit status; that of a signal is its negative number.
    package let status: Int32

    /// Whether the exit status is 0.
    package var isSuccess: Bool { status == 0 }

    /// Standard output as text, without the line feed at its end.
    package var text: String {
      let text = String(decoding: bytes, as: UTF8.self)
      return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
  }

  /// The path of a program, also where only root's `PATH` looks.
  ///
  /// - Throws: `TestFailure` naming `scripts/setup` when it is not installed.
  package static func path(of name: String) throws -> String {
    let listed = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let directories = listed.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"]
    for directory in directories {
      let path = "\(directory)/\(name)"
      if FileManager.default.isExecutableFile(atPath: path) { return path }
    }
    throw TestFailure("\(name) is not installed; scripts/setup installs what the tests need")
  }

  package static func isInstalled(_ name: String) -> Bool { (try? path(of: name)) != nil }

  /// Runs a program to its end.
  package static func run(
    _ name: String, _ arguments: [String], in directory: URL? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment, input: [UInt8] = []
  ) async throws -> Output {
    let result = try await Subprocess.run(
      .path(.init(try path(of: name))), arguments: Arguments(arguments),
      environment: .custom(
        Dictionary(
          uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0), $1) })),
      workingDirectory: directory.map { .init($0.path) }, input: .array(input),
      output: .bytes(limit: 256 << 20), error: .string(limit: 1 << 20))
    let status =
      switch result.terminationStatus {
      case .exited(let code): code
      case .signaled(let signal): -signal
      }
    return Output(bytes: result.standardOutput, errors: result.standardError, status: status)
  }
}
