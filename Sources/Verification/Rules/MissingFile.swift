internal import Git
internal import Kratix
internal import Landing

/// Expected files that are not in the state store, while others of their placement are.
enum MissingFile: RuleDefinition {
  static let rule = Rule.missingFile
  static let severity = Severity.error
  static let dependsOnlyOnEquality = true
  static let page = RulePage(
    meaning:
      "An expected file is not there. It was rendered, or is in the Work or the receipt, and "
      + "other files of the same placement are there.",
    origins: [
      "Someone removed it with git: the finding names the commit.",
      "Another placement claims the same directory, and each write erases the other's files.",
      "Kratix staged the path and git did not: .git in a path, or a .gitignore of the repository.",
      "The output changed after it was landed.",
    ],
    remedies: [
      "Land the output again with statestore write, or let the pipeline run again.",
      "Look at the commit that removed it: git show COMMIT.",
    ],
    silence: [
      "Nothing says which files there are to be: that takes a rendered directory, a "
        + "Work, a receipt or a state file.",
      "None of a placement's files is there: that is not-landed.",
    ])
}

extension MissingFile {
  /// A file of a placement that has its directory, or its paths, to itself.
  static func finding(_ file: ExpectedPlacement.File) -> Finding {
    finding(
      file: file.path, expected: "blob \(file.blob.abbreviated)", actual: "nothing",
      remedy: "land the output again with \"statestore write\"")
  }

  /// The content of a file of a placement in an aggregated file.
  static func finding(contentOf workload: Workload, in aggregate: StatePath) -> Finding {
    finding(
      file: aggregate.description, expected: "the content of \(workload.filepath)",
      actual: "nothing of it, or not as it is",
      remedy: "land the output again with \"statestore write\"")
  }

  /// A file that the state file of its placement lists.
  static func finding(_ path: String, listedIn stateFile: String) -> Finding {
    finding(
      file: path, expected: "what \(stateFile) says that it holds", actual: "nothing of it",
      cause: "someone other than the state store's writer changed it",
      remedy: "land the output again: Kratix does not check that its files are still there")
  }
}
