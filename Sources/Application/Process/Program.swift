import CBuildInfo

/// The version of the program and the start of its process.
package enum Program {
  package static let version = "0.1.0"

  /// The commit that it was built from; `nil` if the build was not given one.
  package static let commit: String? = {
    let text = String(cString: statestore_commit())
    return text.isEmpty ? nil : text
  }()

  /// Version and commit, for a person: `0.1.0 (1a2b3c4d5e6f)`.
  package static var description: String { commit.map { "\(version) (\($0))" } ?? version }

  /// When the process began; `--timeout` counts from here.
  package static let start = ContinuousClock.now
}
