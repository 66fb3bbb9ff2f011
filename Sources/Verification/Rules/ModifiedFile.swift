internal import Git
internal import Kratix
internal import Landing
internal import Manifests

/// Files that are in the state store with other bytes than expected.
enum ModifiedFile: RuleDefinition {
  static let rule = Rule.modifiedFile
  static let severity = Severity.error
  static let dependsOnlyOnEquality = true
  static let page = RulePage(
    meaning: "A file is there and has other bytes than expected. Where both can be read as "
      + "manifests, the finding names the first field that differs. With --all nothing is given to "
      + "compare with, and the placement's last commit says what it landed: its trailers name "
      + "Promise, resource, Pipeline and Destination (Kratix-*) and a digest of all paths and blobs "
      + "(Statestore-Content). Placements that Kratix itself wrote since have no such commit, and "
      + "are not compared with one.",
    origins: [
      "Someone edited it in the repository; Kratix overwrites the edit with its next write.",
      "The output changed after it was landed, and has not been landed again.",
      "A .gitattributes of the repository changed the bytes when Kratix committed them.",
      "Two placements write the same path.",
      "A commit with the trailers of a landing was reverted, or cherry-picked from another branch.",
    ],
    remedies: [
      "See what changed since the commit that the finding names: git diff COMMIT HEAD -- PATH.",
      "Land the output again with statestore write.",
      "Put an edit that should stay into the pipeline.",
    ],
    silence: [
      "Nothing is given to compare with, and the placement's last commit has no digest, "
        + "as none of Kratix's own has.",
      "With --all, a static dependency of a Promise says the same in other text: Kratix "
        + "writes it anew.",
    ])
}

extension ModifiedFile {
  private static let landAgain = "land the output again with \"statestore write\""
  private static let ofAnotherPlacement = "another's"

  /// A link where a file is expected.
  static func finding(linkAt path: String) -> Finding {
    finding(file: path, expected: "a file", actual: "a link", remedy: landAgain)
  }

  /// A file with another blob.
  static func finding(_ file: ExpectedPlacement.File, actual: ObjectID) -> Finding {
    finding(
      file: file.path, expected: "blob \(file.blob.abbreviated)",
      actual: "blob \(actual.abbreviated)", cause: "the bytes differ", remedy: landAgain)
  }

  /// A manifest that differs: by its first field that does.
  static func finding(_ difference: FileDifference) -> Finding {
    guard let object = difference.object, let first = difference.fields.first else {
      return finding(
        file: difference.path, cause: "the manifests say the same; their text differs",
        remedy: landAgain)
    }
    let others = difference.fields.dropFirst()
    // Four are enough to see what happened.
    let named = others.prefix(4).map(\.pointer).joined(separator: ", ")
    let more = others.count > 4 ? " and \(others.count - 4) more" : ""
    let redaction = difference.redaction
    return finding(
      in: object, at: first.pointer, position: first.position,
      expected: redaction.text(of: first.expected, at: first.pointer, beside: first.actual),
      actual: redaction.text(of: first.actual, at: first.pointer, beside: first.expected),
      cause: others.isEmpty ? nil : "these fields differ too: \(named)\(more)", remedy: landAgain)
  }

  /// A file of another placement, at the path of an expected one.
  ///
  /// It says nothing else of the file, not even whether its bytes are the expected ones.
  static func finding(ofAnotherPlacementAt path: String) -> Finding {
    finding(
      file: path, expected: "a file of this placement", actual: ofAnotherPlacement,
      cause: "the placement's state file does not list it",
      remedy: "give one of the two another path")
  }

  /// A file that the state file of another placement lists too, in the mode `none`.
  ///
  /// - Parameter other: That state file; `nil` where its name must not be shown.
  static func finding(_ path: String, listedIn other: String?) -> Finding {
    finding(
      file: path, expected: "a file that one state file lists",
      actual: "\(other ?? "the state file of another placement") lists it too",
      cause: "two placements write this path: what was written last is there",
      remedy: "give one of the two another path, and land both again")
  }

  /// Whether a finding is of a file that is not the placement's own, so that no more may be shown of it.
  static func isOfAnotherPlacement(_ finding: Finding) -> Bool {
    finding.rule == rule && finding.actual == ofAnotherPlacement && finding.object == nil
  }

  /// An aggregated file that holds more than its state files account for.
  static func finding(aggregate path: StatePath, at destination: Destination) -> Finding {
    finding(
      file: path.description,
      expected: "what the state files in \(StateFile.directory) account for",
      actual: "something else",
      cause: "someone edited the file, or Kratix wrote it beside another writer",
      remedy: "land all Works of \(destination.name) again")
  }

  /// A placement that is not as its last commit says that it was landed.
  ///
  /// - Parameters:
  ///   - content: The digest of its files that the commit states.
  ///   - isRemoval: Whether the commit removed the placement.
  static func finding(
    placementAt path: String, since commit: LogEntry, content: String, isRemoval: Bool
  ) -> Finding {
    let id = commit.id.abbreviated
    return finding(
      file: path,
      expected: isRemoval ? "nothing: \(id) removed it" : "what \(id) landed: \(content)",
      actual: isRemoval ? "files" : "other content",
      cause: "someone changed it after \"\(commit.commit.subject)\"",
      remedy: "see what: git diff \(id) HEAD -- \(path); put what should stay into the "
        + "pipeline, and land the output again")
  }
}
