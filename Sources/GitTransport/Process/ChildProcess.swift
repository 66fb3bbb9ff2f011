import Subprocess
import Synchronization
import SystemPackage

/// A program that a Git session reads from and writes to.
struct ChildProcess: Sendable {
  /// The program's name or path.
  var program: String
  var arguments: [String]

  /// The whole environment of the program.
  var environment: [String: String]

  /// Files that the program reads before its first output.
  var files: PrivateFiles?

  /// Makes an error from the exit status and the last lines on standard error.
  var explain: @Sendable (_ status: TerminationStatus, _ output: [String]) -> TransportError

  /// Runs the program until it ends, or ends it and its children when the task is cancelled.
  func run(incoming: ByteChannel, outgoing: ByteChannel, _ endpoint: Endpoint) async {
    BrokenPipes.areErrors
    var options = PlatformOptions()
    // A group of its own, so that hooks and proxy commands end with it. Git removes its lock files
    // on SIGTERM.
    options.processGroupID = 0
    options.teardownSequence = [
      .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500))
    ]
    let output = StderrBuffer()
    guard let path else { return end(incoming, outgoing, missing(endpoint)) }
    do {
      let result = try await Subprocess.run(
        .path(FilePath(path)), arguments: Arguments(arguments),
        environment: .custom(
          Dictionary(
            uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0), $1) })),
        platformOptions: options, input: .inputWriter, output: .sequence, error: .sequence
      ) { execution in
        try await withThrowingTaskGroup(of: Void.self) { group in
          let writer = execution.standardInputWriter
          group.addTask {
            // An error of the channel or of a write means that the session or the program has
            // ended; the exit status says why.
            while let bytes = try? await outgoing.next(),
              (try? await writer.write(bytes)) == bytes.count
            {}
            // Fails only if it is closed already.
            try? await writer.finish()
          }
          let errors = execution.standardError
          group.addTask {
            for try await buffer in errors {
              let bytes = buffer.withUnsafeBytes { Array($0) }
              output.append(bytes)
            }
          }
          for try await buffer in execution.standardOutput {
            files?.remove()
            guard await incoming.send(buffer.withUnsafeBytes { Array($0) }) else { break }
          }
          outgoing.finish()
          try await group.waitForAll()
        }
      }
      files?.remove()
      if result.terminationStatus.isSuccess {
        incoming.finish()
      } else {
        incoming.fail(explain(result.terminationStatus, output.lines))
      }
    } catch {
      incoming.fail(
        endpoint.error(
          .connectionClosed, "the connection to \(program) broke", serverMessages: output.lines))
    }
    outgoing.finish()
    files?.remove()
  }

  // Subprocess would fork for each directory it tries.
  private var path: String? { ProgramPath.find(program, in: environment["PATH"]) }

  private func end(_ incoming: ByteChannel, _ outgoing: ByteChannel, _ error: TransportError) {
    incoming.fail(error)
    outgoing.finish()
    files?.remove()
  }

  private func missing(_ endpoint: Endpoint) -> TransportError {
    endpoint.error(
      .missingProgram,
      "the program \(program) is not installed here or not in PATH; install it"
        + " (Debian: \(program == "ssh" ? "openssh-client" : program))")
  }
}

/// The last lines on a program's standard error, shared by two tasks.
private final class StderrBuffer: Sendable {
  private let buffer = Mutex(ProgressBuffer())

  var lines: [String] { buffer.withLock { $0.lines } }

  func append(_ bytes: [UInt8]) { buffer.withLock { $0.append(bytes) } }
}
