internal import Manifests

extension Node {
  /// Refuses an entry of selectors with `matchExpressions`: Kratix reads `matchLabels` alone, and the
  /// entry would choose more than it says.
  ///
  /// - Throws: `ManifestError` with file and line.
  func refuseExpressions(in file: String) throws(ManifestError) {
    guard let entry = mapping?.entries.first(where: { $0.key.lowercased() == "matchexpressions" })
    else { return }
    throw ManifestError(
      code: .invalidField, file: file, position: entry.keyPosition,
      message: "Kratix does not read matchExpressions: write the labels under matchLabels")
  }
}

/// The labels that a pipeline asks for, for a directory of its output or for all the rest: one
/// entry of `/kratix/metadata/destination-selectors.yaml`.
package struct DestinationSelector: Sendable, Hashable {
  /// The top-level directory that the entry is for; `.` for the rest.
  package let directory: String
  /// The labels with their values.
  package let matchLabels: [String: String]

  /// An entry; the directory is cleaned as Kratix cleans it.
  package init(directory: String, matchLabels: [String: String]) {
    self.directory = JoinedPath.clean(directory)
    self.matchLabels = matchLabels
  }

  /// Checks entries together, in Kratix's order and with its words
  /// (`work-creator/lib/work_creator.go`, `ParseDestinationSelectors`), and the two names that it
  /// forgets: `..` and `/`.
  ///
  /// - Throws: `KratixError` with the code `invalidInput`.
  package static func check(_ selectors: [DestinationSelector]) throws(KratixError) {
    if let index = selectors.firstIndex(where: { $0.matchLabels.isEmpty }) {
      throw invalid("entry with index \(index) has no selectors")
    }
    let directories = selectors.map(\.directory)
    guard Set(directories).count == directories.count else {
      throw invalid("duplicate entries in destination-selectors.yaml")
    }
    for directory in directories {
      guard directory != "..", directory != "/" else {
        throw invalid("the directory \(directory) is not a directory of the output")
      }
      guard !directory.unicodeScalars.contains("/") else {
        throw invalid("sub-directories are not allowed: \(directory); name a top-level directory")
      }
    }
  }

  private static func invalid(_ message: String) -> KratixError {
    KratixError(.invalidInput, "invalid destination-selectors.yaml: \(message)")
  }
}
