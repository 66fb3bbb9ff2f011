package import Git
package import GitTransport
package import Kratix
package import Manifests
package import Signing

/// Why a command could not do what it was asked: an outcome, a sentence, and the server's words.
package struct LandingError: Error, Sendable, Hashable, Codable, CustomStringConvertible {
  /// What became of it.
  package let outcome: Outcome
  /// What happened, where, and what to do; no secret in it.
  package let message: String
  /// What the server said, control characters removed.
  package let serverMessages: [String]

  /// What to change about the command that failed; `nil` where that is not known.
  package var corrections: [Correction]?

  /// A change of a command line with which it may work.
  package enum Correction: Sendable, Hashable, Codable {
    /// A flag with the value that it should have.
    case flag(String, String)
    /// To make the branch first.
    case initialize
  }

  package init(
    _ outcome: Outcome, _ message: String, serverMessages: [String] = [],
    corrections: [Correction]? = nil
  ) {
    self.outcome = outcome
    self.message = message
    self.serverMessages = serverMessages
    self.corrections = corrections
  }

  /// The outcome, the message, and the server's words.
  package var description: String {
    let said = serverMessages.map { "\n  the server said: \($0)" }.joined()
    return "\(outcome.rawValue): \(message)\(said)"
  }
}

extension LandingError {
  /// Ends long work of a task that has been cancelled; called at each step of it.
  ///
  /// - Throws: `LandingError` with `timed-out`.
  static func checkCancellation() throws(LandingError) {
    if Task.isCancelled { throw LandingError(CancellationError()) }
  }
}

extension LandingError {
  /// Converts any error to an outcome with a message.
  package init(_ error: any Error) {
    switch error {
    case let error as any LandingFailure: self = error.landingError
    case is CancellationError:
      self.init(
        .timedOut, "stopped before it was done; run it again: what has landed is left as it is")
    default:
      self.init(.internalError, "this should not happen, please report it: \(error)")
    }
  }
}

/// An error that converts itself to a `LandingError`.
///
/// There is no other mapping from errors to outcomes.
package protocol LandingFailure: Error {
  /// The meaning: an outcome, a sentence, and the server's words.
  var landingError: LandingError { get }
}

extension LandingError: LandingFailure {
  /// The error itself.
  package var landingError: LandingError { self }
}

/// Runs what belongs to a layer below, and says what its failure means.
func landing<Value, Failure: LandingFailure>(
  _ body: () throws(Failure) -> Value
) throws(LandingError) -> Value {
  do throws(Failure) { return try body() } catch { throw error.landingError }
}

extension TransportError: LandingFailure {
  /// What a failure of the way to the server means.
  package var landingError: LandingError {
    LandingError(Outcome(code), "\(remote): \(message)", serverMessages: serverMessages)
  }
}

extension GitError: LandingFailure {
  /// What it means that objects cannot be read or stored.
  package var landingError: LandingError {
    if code == .interrupted { return .outOfTime }
    if isOfTheMachine {
      return LandingError(
        .invalidConfiguration,
        "\(self); free space on the disk, or name another directory with --cache")
    }
    return LandingError(
      .corruptRepository,
      "\(self); the cache was made anew and it did not help: check the remote with git fsck")
  }
}

extension KratixError: LandingFailure {
  /// The outcome of the code's name.
  package var landingError: LandingError {
    LandingError(Outcome(rawValue: code.rawValue) ?? .invalidInput, message)
  }
}

extension SigningError: LandingFailure {
  /// A key that cannot be used, or a commit that was not signed.
  package var landingError: LandingError {
    let said = programMessages.isEmpty ? "" : ": \(programMessages.joined(separator: "; "))"
    switch code {
    case .invalidKey, .missingProgram:
      return LandingError(.invalidConfiguration, message + said)
    case .failed, .timedOut:
      return LandingError(
        code == .timedOut ? .timedOut : .signingFailed,
        "the commits could not be signed, and nothing was pushed: \(message)\(said)")
    }
  }
}

extension UnsafePath: LandingFailure {
  /// A path that is not safe to write.
  package var landingError: LandingError {
    LandingError(.unsafePath, "\(self); nothing was written: rename it in the pipeline's output")
  }
}

extension PathClash: LandingFailure {
  /// A path that is needed twice.
  package var landingError: LandingError {
    LandingError(.pathConflict, "\(self); nothing was written")
  }
}

extension TreeEditFailure: LandingFailure {
  /// Either of its two failures.
  package var landingError: LandingError {
    switch self {
    case .clash(let clash): clash.landingError
    case .git(let error): error.landingError
    }
  }
}

extension ManifestError: LandingFailure {
  /// A file that is no manifest, with its name and the line.
  package var landingError: LandingError { LandingError(.invalidInput, description) }
}

extension Outcome {
  init(_ code: TransportError.Code) {
    switch code {
    case .invalidURL, .insecure, .invalidConfiguration, .missingProgram, .unsupported:
      self = .invalidConfiguration
    // To try again would not help: the address, or what the credentials may see, has to change.
    case .repositoryNotFound: self = .repositoryMissing
    case .authenticationFailed, .untrustedCertificate, .unknownHostKey:
      self = .authenticationFailed
    case .timedOut, .cancelled: self = .timedOut
    case .refused: self = .rejected
    default: self = .unreachable
    }
  }
}

extension LandingError {
  /// The deadline came while objects were read, before anything was pushed.
  static let outOfTime = LandingError(
    .timedOut,
    "the time was up before all was read; run it again, with more time (--timeout)")

  /// - Throws: `LandingError` with `timed-out` from the deadline on.
  package static func requireTime(
    until deadline: ContinuousClock.Instant
  ) throws(LandingError) {
    guard ContinuousClock.now < deadline else { throw outOfTime }
  }
}
