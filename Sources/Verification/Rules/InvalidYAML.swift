internal import Kratix
internal import Landing
internal import Manifests

/// Files that cannot be parsed, or that not every program that applies manifests reads to its end.
enum InvalidYAML: RuleDefinition {
  static let rule = Rule.invalidYAML
  static let severity = Severity.error
  static let dependsOnlyOnEquality = true
  static let page = RulePage(
    meaning: "A file does not parse, has a key twice, or aliases that multiply. Flux and Argo CD "
      + "then apply nothing of the whole directory. Files are cut into documents as kubectl and "
      + "Argo CD (k8s.io/apimachinery) and Flux (kustomize) cut them, before any YAML is parsed: at "
      + "every line that begins with ---. Where only one of them refuses a file, or reads fewer "
      + "documents of it, the finding names it.",
    origins: [
      "A tab as indentation.",
      "A value with a colon or a brace that is not in quotes.",
      "Two documents without --- between them, so that keys repeat.",
      "A certificate or key between quotes: its lines begin with ---.",
      "Text after --- on the same line, or ... and no --- below it.",
      "JSON values one after another, which Flux does not read, or JSON with --- below, which "
        + "kubectl does not read.",
      "A key that is a number, true or false and not in quotes, which Flux does not read.",
      "A template that was not rendered.",
    ],
    remedies: [
      "Look at the line and column of the finding.",
      "Render with a YAML tool instead of text replacement.",
      "Put a certificate below its key with |, indented.",
    ],
    silence: [
      "The file is not named .yaml, .yml or .json: nothing applies it. That is "
        + "not-a-manifest.",
      "Comments, directives and empty lines are after the end of a document: nothing is lost "
        + "with them.",
    ])
}

extension InvalidYAML {
  static func findings(in files: [LandedFile]) -> [Finding] {
    files.flatMap { file in
      [file.fault, file.disagreement].compactMap(\.self).map { finding($0, in: file) }
    }
  }

  private static func finding(_ fault: ManifestError, in file: LandedFile) -> Finding {
    finding(
      file: file.path, line: fault.position.map { $0.line + file.above.lines },
      column: fault.position?.column, expected: "YAML that Kubernetes reads",
      actual: message(of: fault),
      remedy: "mend the template, or render with a YAML tool, and run the pipeline again")
  }

  /// The messages of these two codes quote the value, which may be secret.
  private static func message(of fault: ManifestError) -> String {
    switch fault.code {
    case .unsupportedTag: "a tag that does not fit its value"
    case .unsupportedNumber: "a number that Kubernetes does not have"
    default: fault.message
    }
  }

  /// A state file that cannot be parsed.
  static func finding(_ fault: StateFileFault, at destination: Destination) -> Finding {
    let message = fault.error.message
    let end = message.firstRange(of: "; ")?.lowerBound ?? message.endIndex
    return finding(
      file: fault.path, expected: "a state file that can be read", actual: String(message[..<end]),
      cause: "without it, it is unknown whose the files of \(destination.name) are",
      remedy: "restore it from the history")
  }
}
