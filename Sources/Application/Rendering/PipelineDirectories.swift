import Foundation
import Landing

/// The directories that Kratix mounts into the containers of one Pipeline.
struct PipelineDirectories: Sendable {
  /// What `/kratix` is.
  let root: String

  var input: String { "\(root)/input" }
  var output: String { "\(root)/output" }
  var metadata: String { "\(root)/metadata" }

  /// Makes them, with the object that triggers the workflow.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`.
  init(at root: String, object: String) throws {
    self.root = root
    try mapToConfigurationError(root) {
      for directory in [input, output, metadata] {
        let files = FileManager.default
        try files.createDirectory(atPath: directory, withIntermediateDirectories: true)
        // Containers have users of their own, and an emptyDir can be written to by all.
        try files.setAttributes([.posixPermissions: 0o777], ofItemAtPath: directory)
      }
      try Data(object.utf8).write(to: URL(filePath: "\(input)/object.yaml"))
    }
  }

  /// Files in `/kratix` that Kratix does not look at: a misspelled directory, or output in the metadata.
  var strays: [String] {
    let known = ["input", "output", "metadata"]
    let beside = Self.names(in: root).filter { !known.contains($0) }.map { "/kratix/\($0)" }
    let files = ["destination-selectors.yaml", "status.yaml", "workflow-control.yaml"]
    return beside
      + Self.names(in: metadata).filter { !files.contains($0) }.map { "/kratix/metadata/\($0)" }
  }

  /// Whether containers left files of other users, which this one may be unable to read or remove.
  var hasFilesOfOthers: Bool {
    [output, metadata].contains { directory in
      let files = FileManager.default
      return files.enumerator(atPath: directory)?.contains { path in
        // A file that was removed meanwhile has no owner.
        let attributes = try? files.attributesOfItem(atPath: "\(directory)/\(path)")
        let owner = attributes?[.ownerAccountID] as? NSNumber
        return owner.map { $0.uint32Value != geteuid() } ?? false
      } ?? false
    }
  }

  private static func names(in directory: String) -> [String] {
    // This is only a hint; a directory that cannot be listed gives none.
    (try? FileManager.default.contentsOfDirectory(atPath: directory).sorted()) ?? []
  }
}
