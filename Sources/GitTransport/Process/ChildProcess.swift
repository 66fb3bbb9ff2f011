import Glibc
import Subprocess
import Synchronization
import SystemPackage

/// A program whose standard input and output are a conversation.
struct ChildProcess: Sendable {
  /// The program's name or path.
  var program: String
  var arguments: [String]

  /// The whole environment of the program.
  var environment: [String: String]

  /// Files that the program reads before it says anything.
  var files: PrivateFiles?

  /// What an end means, from the exit status and the last words on standard error.
  var explain: @Sendable (_ status: TerminationStatus, _ words: [String]) -> TransportError

  private static let ignoresBrokenPipes: Void = {
    // Writing to a child that has ended must be an error, not the end of this process. NIO does the
    // same for sockets.
    signal(SIGPIPE, SIG_IGN)
  }()

  /// Runs the program until it ends, or ends it and its children when the task is cancelled.
  func carry(incoming: ByteChannel, outgoing: ByteChannel, remote: RemoteURL) async {
    Self.ignoresBrokenPipes
    var options = PlatformOptions()
    // A group of its own, so that hooks and proxy commands end with it. Git removes its lock files
    // on SIGTERM.
    options.processGroupID = 0
    options.teardownSequence = [
      .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500))
    ]
    let words = LastWords()
    guard let path else { return end(incoming, outgoing, missing(remote)) }
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
            // Nothing more comes, or the program has ended, whose status says why.
            while let bytes = try? await outgoing.next(),
              // A write that fails means that the program has ended.
              (try? await writer.write(bytes)) == bytes.count
            {}
            // What has ended already needs no end.
            try? await writer.finish()
          }
          let errors = execution.standardError
          group.addTask {
            for try await buffer in errors {
              let bytes = buffer.withUnsafeBytes { Array($0) }
              words.append(bytes)
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
      let lines = words.lines
      if result.terminationStatus.isSuccess {
        incoming.finish()
      } else {
        incoming.fail(explain(result.terminationStatus, lines))
      }
    } catch {
      let said = words.lines
      incoming.fail(
        TransportError(
          code: .connectionClosed, message: "the connection to \(program) broke",
          remote: remote.description, serverMessages: said))
    }
    outgoing.finish()
    files?.remove()
  }

  /// Where the program is, as execvp(3) looks for it; trying each place costs a fork.
  private var path: String? {
    guard !program.contains("/") else { return program }
    let directories = environment["PATH"]?.split(separator: ":") ?? []
    return directories.lazy.map { "\($0)/\(program)" }.first { path in
      var status = stat()
      return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        && access(path, X_OK) == 0
    }
  }

  private func end(_ incoming: ByteChannel, _ outgoing: ByteChannel, _ error: TransportError) {
    incoming.fail(error)
    outgoing.finish()
    files?.remove()
  }

  private func missing(_ remote: RemoteURL) -> TransportError {
    TransportError(
      code: .missingProgram,
      message: "the program \(program) is not installed here or not in PATH; install it"
        + " (Debian: \(program == "ssh" ? "openssh-client" : program))",
      remote: remote.description)
  }
}

/// What a program says on standard error, while two tasks look at it.
private final class LastWords: Sendable {
  private let words = Mutex(SideBandWords())

  var lines: [String] { words.withLock { $0.lines } }

  func append(_ bytes: [UInt8]) { words.withLock { $0.append(bytes) } }
}
