/// What became of a command: one name, the same in JSON, logs, metrics and the README's table.
public enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
  /// The remote's branch was read back and holds what was to land.
  case landed
  /// It held it already; nothing was written.
  case unchanged
  /// What was to go is gone.
  case removed

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

  /// The exit status of a command that writes.
  ///
  /// 0: it is there. 1: refused, and trying again will not help. 2: usage or configuration.
  /// 3: could not be done now, and is safe to try again.
  public var exitStatus: Int32 {
    switch self {
    case .landed, .unchanged, .removed: 0
    case .emptyOutput, .unsafePath, .pathConflict, .noDestination, .rejected, .branchMissing,
      .repositoryMissing:
      1
    case .invalidInput, .invalidConfiguration: 2
    case .authenticationFailed, .unreachable, .timedOut, .conflict, .corruptRepository: 3
    }
  }
}
