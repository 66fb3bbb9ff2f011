/// What became of a command: one name, the same in JSON, logs, metrics and the documentation.
package enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
  /// The remote's branch was read back and holds what was to land.
  case landed
  /// It held it already; nothing was written.
  case unchanged
  /// What was to go is gone.
  case removed

  /// A container of the pipeline failed.
  case pipelineFailed = "pipeline-failed"
  /// The pipeline rendered nothing.
  case emptyOutput = "empty-output"
  /// The output, its metadata or a request cannot be used as it is.
  case invalidInput = "invalid-input"
  /// A path is not safe to write.
  case unsafePath = "unsafe-path"
  /// A path is needed twice, or as a file and as a directory.
  case pathConflict = "path-conflict"
  /// No Destination matches the selectors.
  case noDestination = "no-destination"
  /// The server refused the push, in its own words.
  case rejected
  /// A state store, Destination, Promise, Secret or flag is wrong or not there.
  case invalidConfiguration = "invalid-configuration"
  /// One side could not prove to the other who it is.
  case authenticationFailed = "authentication-failed"
  /// The commits could not be signed, or their signatures do not hold; nothing was pushed.
  case signingFailed = "signing-failed"
  /// No answer could be had from the server.
  case unreachable
  /// The deadline came first.
  case timedOut = "timed-out"
  /// Others moved the branch each time, until the deadline.
  case conflict
  /// The branch does not exist.
  case branchMissing = "branch-missing"
  /// There is no repository at the address, or these credentials may not see it.
  case repositoryMissing = "repository-missing"
  /// The repository, or its cache, gave objects that cannot be right.
  case corruptRepository = "corrupt-repository"
  /// Something happened that the program does not expect: its own fault, to be reported.
  case internalError = "internal-error"
}

extension Outcome {
  /// What an outcome means to those who have to act on it.
  package struct Meaning: Sendable, Hashable {
    /// What is to be done about it.
    package enum Remedy: Sendable, Hashable {
      /// Nothing: it is as it was asked for.
      case none
      /// Something has to be changed; until then the same is refused again.
      case change
      /// To try again, for others were faster.
      case tryAgain
      /// To ask the state store again later: nothing of it can be done now.
      case askLater
    }

    /// What is to be done about it.
    package let remedy: Remedy
    /// The exit status of a command that writes.
    ///
    /// 0: it is there. 1: refused, and trying again will not help. 2: usage or configuration. 3:
    /// could not be done now, and is safe to try again.
    package let writeStatus: Int32
    /// The exit status of a command that checks.
    ///
    /// There 1 means findings: what could not be checked must not look like them.
    package let checkStatus: Int32
    /// The status of an answer over HTTP (RFC 9110, 15).
    package let httpStatus: Int
    /// Whether `--wait` asks again: the failure may be temporary.
    package let mayPass: Bool

    fileprivate init(
      _ remedy: Remedy, write: Int32, check: Int32, http: Int, mayPass: Bool = false
    ) {
      self.remedy = remedy
      writeStatus = write
      checkStatus = check
      httpStatus = http
      self.mayPass = mayPass
    }
  }

  /// The one table of what outcomes mean: for exit statuses, HTTP, the service's queue, and waiting.
  package var meaning: Meaning {
    switch self {
    case .landed, .unchanged, .removed: Meaning(.none, write: 0, check: 0, http: 200)
    case .pipelineFailed, .emptyOutput, .noDestination:
      Meaning(.change, write: 1, check: 1, http: 422)
    case .unsafePath, .pathConflict: Meaning(.change, write: 1, check: 2, http: 422)
    case .rejected: Meaning(.change, write: 1, check: 3, http: 422)
    case .invalidInput, .invalidConfiguration: Meaning(.change, write: 2, check: 2, http: 400)
    case .branchMissing, .repositoryMissing:
      Meaning(.askLater, write: 1, check: 3, http: 422, mayPass: true)
    case .authenticationFailed, .signingFailed, .corruptRepository:
      Meaning(.askLater, write: 3, check: 3, http: 502)
    case .unreachable: Meaning(.askLater, write: 3, check: 3, http: 502, mayPass: true)
    case .timedOut: Meaning(.askLater, write: 3, check: 3, http: 504, mayPass: true)
    case .conflict: Meaning(.tryAgain, write: 3, check: 3, http: 409, mayPass: true)
    case .internalError: Meaning(.askLater, write: 3, check: 3, http: 500)
    }
  }

  /// Whether it is as it was asked for.
  package var isSuccess: Bool { meaning.remedy == .none }
}
