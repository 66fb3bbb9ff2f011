import Subprocess
import SystemPackage

/// A program that runs while a body does.
enum Background {
  /// Starts a program, waits for the line that says it is ready, runs the body, and ends the
  /// program.
  static func run<Ready: Sendable, Value: Sendable>(
    _ name: String, _ arguments: [String], environment: [String: String],
    ready: @Sendable (String) async throws -> Ready?, _ body: (Ready) async throws -> Value
  ) async throws -> Value {
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = [
      .send(signal: .terminate, toProcessGroup: false, allowedDurationToNextStep: .seconds(5))
    ]
    let result = try await Subprocess.run(
      .path(.init(try Program.path(of: name))), arguments: Arguments(arguments),
      environment: .custom(
        Dictionary(
          uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0), $1) })),
      platformOptions: options, input: .inputWriter, output: .sequence,
      error: .combinedWithOutput
    ) { execution in
      var said = ""
      var found: Ready?
      var output = execution.standardOutput.makeAsyncIterator()
      while found == nil {
        guard let buffer = try await output.next() else {
          throw TestFailure("\(name) ended by itself: \(said)")
        }
        said += buffer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        for line in said.split(separator: "\n") where found == nil {
          found = try await ready(String(line))
        }
      }
      guard let found else { throw TestFailure("\(name) is not ready: \(said)") }
      let outcome: Result<Value, any Error>
      do { outcome = .success(try await body(found)) } catch { outcome = .failure(error) }
      try await execution.standardInputWriter.finish()
      await execution.teardown(using: options.teardownSequence)
      return try outcome.get()
    }
    return result.closureResult
  }
}
