internal import Git
public import GitTransport
public import Kratix

/// Why a command could not do what it was asked: an outcome, a sentence, and the server's words.
public struct LandingError: Error, Sendable, Hashable, Codable, CustomStringConvertible {
  /// What became of it.
  public let outcome: Outcome
  /// What happened, where, and what to do; no secret in it.
  public let message: String
  /// What the server said, control characters removed.
  public let serverMessages: [String]

  /// Puts an error together.
  public init(_ outcome: Outcome, _ message: String, serverMessages: [String] = []) {
    self.outcome = outcome
    self.message = message
    self.serverMessages = serverMessages
  }

  /// The outcome, the message, and the server's words.
  public var description: String {
    let said = serverMessages.map { "\n  the server said: \($0)" }.joined()
    return "\(outcome.rawValue): \(message)\(said)"
  }
}

extension LandingError {
  /// A directory that two requests may claim was written after it was looked whose it is.
  static let writtenMeanwhile = LandingError(
    .pathConflict, "somebody wrote the same directory meanwhile; run it again")
}

extension LandingError {
  /// Ends long work of a task that has been cancelled; called at each step of it.
  ///
  /// - Throws: `LandingError` with `timed-out`.
  static func checkCancellation() throws(LandingError) {
    if Task.isCancelled { throw LandingError(explaining: CancellationError()) }
  }
}

/// A failure of a layer below, which has one meaning for whoever wants to land something.
protocol LandingFailure: Error {
  var landingError: LandingError { get }
}

/// Runs what belongs to a layer below, and says what its failure means.
func landing<Value, Failure: LandingFailure>(
  _ body: () throws(Failure) -> Value
) throws(LandingError) -> Value {
  do throws(Failure) { return try body() } catch { throw error.landingError }
}

extension TransportError: LandingFailure {
  var landingError: LandingError {
    LandingError(Outcome(code), "\(remote): \(message)", serverMessages: serverMessages)
  }
}

extension GitError: LandingFailure {
  var landingError: LandingError {
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
  // Each code is an outcome of the same name.
  var landingError: LandingError {
    LandingError(Outcome(rawValue: code.rawValue) ?? .invalidInput, message)
  }
}

extension UnsafePath: LandingFailure {
  var landingError: LandingError {
    LandingError(.unsafePath, "\(self); nothing was written: rename it in the pipeline's output")
  }
}

extension PathClash: LandingFailure {
  var landingError: LandingError {
    LandingError(.pathConflict, "\(self); nothing was written")
  }
}

extension TreeEditFailure: LandingFailure {
  var landingError: LandingError {
    switch self {
    case .clash(let clash): clash.landingError
    case .git(let error): error.landingError
    }
  }
}

extension LandingError {
  /// What any error means to whoever wants to land something.
  init(explaining error: any Error) {
    switch error {
    case let error as LandingError: self = error
    case let error as any LandingFailure: self = error.landingError
    case is CancellationError:
      self.init(
        .timedOut,
        "stopped before it was known whether it landed; run it again: what has is left as it is")
    default: self.init(.invalidInput, "\(error)")
    }
  }

  /// What a failure of the transport means for a read or a landing.
  public init(_ error: TransportError) { self = error.landingError }

  /// What a failure of Kratix's rules means to whoever wants to land something.
  public init(_ error: KratixError) { self = error.landingError }
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
