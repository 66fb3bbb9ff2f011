import GitTransport
import Subprocess
import Synchronization
import SystemPackage

/// A program that signs or verifies as git has it do (`gpg.program`, `gpg.x509.program`): gpg, gpgv,
/// gpgsm, gitsign.
package struct SignatureProgram: Sendable {
  /// Its name or path, as it was given.
  let name: String
  private let path: String
  private let environment: [String: String]

  /// How it ended.
  struct Ending: Sendable {
    let isSuccess: Bool
    let output: [UInt8]
    let errors: [UInt8]
  }

  /// More than any signature, and anything that a program says of one.
  private static let mostBytes = 1 << 20
  private static let packages = ["gpg": "gpg", "gpgv": "gpgv", "gpgsm": "gpgsm"]

  /// - Parameter environment: The variables of this process; ours are not passed on.
  /// - Throws: `SigningError` with `missingProgram`.
  package init(_ name: String, environment: [String: String]) throws(SigningError) {
    guard let path = ProgramPath.find(name, in: environment["PATH"]) else {
      let package = Self.packages[name].map { " (Debian: \($0))" } ?? ""
      throw SigningError(
        .missingProgram,
        "the program \(name) is not installed here or not in PATH; install it\(package)")
    }
    self.name = name
    self.path = path
    self.environment = environment.filter { !$0.key.hasPrefix("STATESTORE_") }
  }

  /// Runs the program to its end; at the deadline it is ended, with everything that it has started.
  func run(
    _ arguments: [String], input: [UInt8], until deadline: ContinuousClock.Instant
  ) async throws(SigningError) -> Ending {
    do {
      return try await withThrowingTaskGroup(of: Ending?.self) { group in
        group.addTask { try await run(arguments, input) }
        group.addTask {
          try await Task.sleep(until: deadline)
          return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let ending = first else { throw late }
        return ending
      }
    } catch let error as SigningError {
      throw error
    } catch is CancellationError {
      throw late
    } catch {
      throw SigningError(.failed, "\(name) could not be run: \(path)")
    }
  }

  private var late: SigningError {
    SigningError(
      .timedOut,
      "\(name) has not ended in time; it may wait for a passphrase: unlock the key before, or give "
        + "more time (--timeout)")
  }

  private func run(_ arguments: [String], _ input: [UInt8]) async throws -> Ending {
    BrokenPipes.areErrors
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = [
      .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500))
    ]
    let variables = environment.map { (Environment.Key(stringLiteral: $0), $1) }
    let output = BoundedBytes(limit: Self.mostBytes)
    let errors = BoundedBytes(limit: Self.mostBytes)
    let result = try await Subprocess.run(
      .path(FilePath(path)), arguments: Arguments(arguments),
      environment: .custom(Dictionary(uniqueKeysWithValues: variables)),
      platformOptions: options, input: .inputWriter, output: .sequence, error: .sequence
    ) { execution in
      try await withThrowingTaskGroup(of: Void.self) { group in
        let (writer, standardError) = (execution.standardInputWriter, execution.standardError)
        group.addTask {
          // A program that does not read it to the end says by its status what became of it.
          _ = try? await writer.write(input)
          try? await writer.finish()
        }
        group.addTask { for try await buffer in standardError { errors.append(buffer) } }
        for try await buffer in execution.standardOutput where !output.append(buffer) {
          await execution.teardown(using: options.teardownSequence)
          break
        }
        try await group.waitForAll()
      }
    }
    try Task.checkCancellation()
    return Ending(
      isSuccess: result.terminationStatus.isSuccess && output.isWhole, output: output.bytes,
      errors: errors.bytes)
  }

  /// The beginning of what a program prints, shared by two tasks.
  private final class BoundedBytes: Sendable {
    private let limit: Int
    private let state = Mutex<(bytes: [UInt8], isWhole: Bool)>(([], true))

    init(limit: Int) { self.limit = limit }

    var bytes: [UInt8] { state.withLock { $0.bytes } }
    var isWhole: Bool { state.withLock { $0.isWhole } }

    /// - Returns: Whether there was room for it.
    @discardableResult
    func append(_ buffer: SubprocessOutputSequence.Buffer) -> Bool {
      buffer.withUnsafeBytes { more in
        state.withLock { state in
          state.isWhole = state.isWhole && state.bytes.count + more.count <= limit
          if state.isWhole { state.bytes += more }
          return state.isWhole
        }
      }
    }
  }
}
