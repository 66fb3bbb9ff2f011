internal import Foundation
internal import Manifests

/// What a pipeline left in its metadata directory for Kratix to read
/// (`work-creator/lib`; Kratix documentation, "Workflows: metadata").
package struct PipelineMetadata: Sendable, Hashable {
  /// The entries of `destination-selectors.yaml`.
  package var selectors: [DestinationSelector]
  /// Why nothing is to be written this time: what `workflow-control.yaml` says; `nil` to go on.
  package var suspension: String?

  /// Metadata that is known already.
  package init(selectors: [DestinationSelector] = [], suspension: String? = nil) {
    self.selectors = selectors
    self.suspension = suspension
  }

  /// Reads a metadata directory; one that is not there says nothing.
  ///
  /// - Throws: `ManifestError` with file, line and field, or `KratixError` with the code
  ///   `invalidInput`.
  package init(directory: String) throws {
    self.init()
    try Self.refuseMisspelling(in: directory)
    if let file = try MetadataFile.readIfPresent("\(directory)/destination-selectors.yaml") {
      selectors = try Self.selectors(of: file)
      try DestinationSelector.check(selectors)
    }
    if let file = try MetadataFile.readIfPresent("\(directory)/workflow-control.yaml") {
      suspension = try Self.suspension(of: file)
    }
  }

  /// Kratix's own contract document spells it so, and its code passes the file over in silence.
  private static func refuseMisspelling(in directory: String) throws(KratixError) {
    let misspelled = "\(directory)/destination_selectors.yaml"
    guard !FileManager.default.fileExists(atPath: misspelled) else {
      throw KratixError(
        .invalidInput,
        "\(misspelled): Kratix reads destination-selectors.yaml, with a hyphen; rename it")
    }
  }

  private static func selectors(
    of file: ManifestFile
  ) throws(ManifestError) -> [DestinationSelector] {
    guard let root = file.documents.first?.root, !root.isNull else { return [] }
    func mismatch(_ node: Node, _ shape: String) -> ManifestError {
      ManifestError(
        code: .invalidField, file: file.name, position: node.position,
        message: """
          invalid destination-selectors.yaml: error unmarshaling JSON: it must be \(shape), \
          not \(node.kindDescription)
          """)
    }
    guard let entries = root.sequence else {
      throw mismatch(root, "a list of entries with matchLabels")
    }
    var selectors: [DestinationSelector] = []
    for entry in entries {
      guard entry.mapping != nil || entry.isNull else {
        throw mismatch(entry, "an entry with matchLabels")
      }
      try entry.refuseExpressions(in: file.name)
      let entry = entry.withFoldedKeys
      selectors.append(
        DestinationSelector(
          directory: try entry.optional(.text, at: "/directory", in: file.name) ?? "",
          matchLabels: try entry.optional(.labels, at: "/matchlabels", in: file.name) ?? [:]))
    }
    return selectors
  }

  private static func suspension(of file: ManifestFile) throws(ManifestError) -> String? {
    guard let root = file.documents.first?.root.withFoldedKeys, !root.isNull else { return nil }
    guard root.mapping != nil else {
      throw ManifestError(
        code: .invalidField, file: file.name, position: root.position,
        message: "it must be a mapping with suspend or retryAfter, not \(root.kindDescription)")
    }
    let message = try root.optional(.text, at: "/message", in: file.name)
    let suffix = message.map { ": \($0)" } ?? ""
    if try root.optional(.boolean, at: "/suspend", in: file.name) == true {
      return "the workflow is suspended\(suffix)"
    }
    let pause = try root.optional(.text, at: "/retryafter", in: file.name) ?? ""
    if !pause.isEmpty {
      return "the workflow is to be run again after \(pause)\(suffix)"
    }
    return nil
  }
}
