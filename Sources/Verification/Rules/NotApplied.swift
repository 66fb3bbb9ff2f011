internal import Manifests

/// Manifests that are there and that the agent does not read.
///
/// A kustomization decides what Flux and Argo CD read of its directory; Flux reads no file .json
/// without one.
enum NotApplied: RuleDefinition {
  static let rule = Rule.notApplied
  static let severity = Severity.error
  static let dependsOnlyOnEquality = true
  static let severityText = "error; warning for a file .json"
  static let page = RulePage(
    meaning:
      "A manifest landed, and nothing applies it: a kustomization.yaml of the output does not "
      + "list it, so that Flux leaves it out. Or the kustomization lists what is not there: "
      + "kustomize then refuses the whole directory. A file .json is a warning: kubectl and Argo CD "
      + "read it, Flux reads .yaml and .yml only.",
    origins: [
      "The pipeline added a manifest and not its line in kustomization.yaml.",
      "A whole directory with its kustomization.yaml was copied to /kratix/output, and only some of "
        + "the files that it lists.",
      "A tool wrote JSON, for an agent that reads it, and the Destination has Flux.",
    ],
    remedies: [
      "List the file below resources: of kustomization.yaml, or take the line out.",
      "Leave kustomization.yaml out of the output: without one Flux reads every manifest.",
      "Write .yaml instead of .json.",
      "kubectl kustomize DIRECTORY shows what is applied.",
    ],
    silence: [
      "The entry leads out of the resource's directory, or to another repository: what is there was "
        + "not read. A note says so.",
      "The file is an input: a patch, or a file of which a generator makes a ConfigMap.",
      "Only some of the files of a very large resource are looked at at once.",
    ])
}

extension NotApplied {
  static func findings(in files: [LandedFile], by kustomizations: Kustomizations) -> [Finding] {
    kustomizations.unread.map(finding) + kustomizations.brokenEntries.map(finding)
      + files.filter { isJSONForFlux($0, kustomizations) }.map(finding(json:))
  }

  private static func isJSONForFlux(_ file: LandedFile, _ kustomizations: Kustomizations) -> Bool {
    kustomizations.tops.isEmpty && file.path.ends(with: ".json") && !file.objects.isEmpty
  }

  private static func finding(_ file: LandedFile, kustomization: String) -> Finding {
    finding(
      file: file.path, expected: "a line for this file below resources: of \(kustomization)",
      actual: "a manifest that the kustomization does not read",
      cause:
        "where a directory has a kustomization.yaml, Flux and kustomize read only what it lists",
      remedy: "list it there, or leave kustomization.yaml out of the output")
  }

  private static func finding(_ entry: Kustomizations.BrokenEntry) -> Finding {
    let place = entry.position == .none ? nil : entry.position
    return finding(
      file: entry.file.path, line: place.map { $0.line + entry.file.above.lines },
      column: place?.column, expected: "a file, or a directory with a kustomization.yaml",
      actual: "nothing is at \(entry.text)",
      cause: "kustomize refuses the whole directory for it, and Flux applies nothing of it",
      remedy: "let the pipeline write it, or take the line out")
  }

  private static func finding(json file: LandedFile) -> Finding {
    finding(
      severity: .warning, file: file.path, expected: "a name that ends in .yaml or .yml",
      actual: "a file .json", cause: "Flux does not read it; kubectl and Argo CD do",
      remedy: "write it as .yaml, or list it in a kustomization.yaml")
  }
}
