internal import Git
internal import Landing
internal import Manifests

/// Files that are in a placement's directory and are not expected there, or that belong to no placement.
enum OrphanFile: RuleDefinition {
  static let rule = Rule.orphanFile
  static let severity = Severity.error
  static let dependsOnlyOnEquality = true
  static let page = RulePage(
    meaning: "A file is in a placement's directory and is not expected there. Below a Destination "
      + "it can also be a file that belongs to no placement at all; that is a warning.",
    origins: [
      "Someone added it with git.",
      "An earlier version of the output had it, and the write that should have replaced the "
        + "directory did not happen.",
      "Mode none: the state file was lost, so Kratix no longer knows that it wrote the file.",
    ],
    remedies: [
      "Land the output again: a write replaces the whole directory.",
      "Move what is not Kratix's out of the Destination's directory.",
    ],
    silence: [
      "A request is given and no output: then each file in its directory counts as its "
        + "own.",
      "The state file of another placement lists the file.",
    ])
}

extension OrphanFile {
  /// A file in the directory of a placement that does not expect it.
  static func finding(_ path: String, besideFilesOf placement: ExpectedPlacement) -> Finding {
    finding(
      file: path, expected: "nothing at this path",
      actual: "a file in the directory of \(placement.destination)'s placement",
      remedy: "land the output again: a write replaces the whole directory")
  }

  /// The state file of a placement that must be removed.
  static func finding(stateFileOf placement: ExpectedPlacement) -> Finding {
    finding(
      file: placement.directory.description, expected: "nothing at this path",
      actual: "the state file of a placement that must be gone",
      remedy: "remove it with \"statestore remove\"")
  }

  /// A directory that is not named for a resource that could exist.
  static func finding(unnameable path: String?, because error: ManifestError) -> Finding {
    finding(
      file: path, expected: "directories that are named as Kubernetes names objects",
      actual: error.message,
      remedy: "Kratix did not write this; take it out of the Destination's directory")
  }

  /// A file below a Destination that belongs to no placement.
  static func finding(unowned path: String, at destination: String) -> Finding {
    unowned(path, "a file that belongs to no placement of \(destination)")
  }

  /// Files below a Destination that belong to no placement and are too many to name.
  static func finding(unowned count: Int, at destination: String) -> Finding {
    unowned(nil, "\(count) more files that belong to no placement of \(destination)")
  }

  private static func unowned(_ path: String?, _ actual: String) -> Finding {
    finding(
      severity: .warning, file: path, expected: "only placements", actual: actual,
      remedy: "move it out of the Destination's directory, if it is not meant for its cluster")
  }
}
