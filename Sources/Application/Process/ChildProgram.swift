import GitTransport
import Landing
import Subprocess
import Synchronization
import SystemPackage

/// A program that runs to its end in a process group of its own, so that whatever it starts ends with it.
struct ChildProgram: Sendable {
  var path: String
  var arguments: [String]
  /// The whole environment.
  var environment: [String: String]

  /// How it ended.
  struct Ending: Sendable {
    /// The exit status as a shell has it: 128 and its number for a signal.
    let status: Int32
    /// The last lines of standard output and of standard error, safe to print.
    let output: [String]
    let errors: [String]

    var isSuccess: Bool { status == 0 }
  }

  /// Runs the program; at the deadline, or if the task is cancelled, the program and what it has started
  /// are ended.
  ///
  /// - Throws: `LandingError` with `timed-out`, `CancellationError`, or Subprocess's errors.
  func run(until deadline: ContinuousClock.Instant) async throws -> Ending {
    try await withThrowingTaskGroup(of: Ending.self) { group in
      group.addTask { try await run() }
      group.addTask {
        try await Task.sleep(until: deadline)
        throw LandingError(.timedOut, "\(path) has not ended")
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { throw CancellationError() }
      return first
    }
  }

  private func run() async throws -> Ending {
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = [
      .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500))
    ]
    let variables = environment.map { (Subprocess.Environment.Key(stringLiteral: $0), $1) }
    let output = Tail()
    let errors = Tail()
    let result = try await Subprocess.run(
      .path(FilePath(path)), arguments: Arguments(arguments),
      environment: .custom(Dictionary(uniqueKeysWithValues: variables)),
      platformOptions: options, input: .none, output: .sequence, error: .sequence
    ) { execution in
      try await withThrowingTaskGroup(of: Void.self) { group in
        let standardError = execution.standardError
        group.addTask { for try await buffer in standardError { errors.append(buffer) } }
        for try await buffer in execution.standardOutput { output.append(buffer) }
        try await group.waitForAll()
      }
    }
    try Task.checkCancellation()
    let status =
      switch result.terminationStatus {
      case .exited(let code): code
      case .signaled(let signal): 128 + signal
      }
    return Ending(status: status, output: output.lines, errors: errors.lines)
  }

  /// The end of what a program prints, shared by two tasks.
  private final class Tail: Sendable {
    private let buffer = Mutex(ProgressBuffer())

    var lines: [String] { buffer.withLock { $0.lines } }

    func append(_ bytes: SubprocessOutputSequence.Buffer) {
      bytes.withUnsafeBytes { bytes in buffer.withLock { $0.append(bytes) } }
    }
  }
}
