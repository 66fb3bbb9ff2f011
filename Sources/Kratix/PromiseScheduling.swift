internal import Manifests

/// What a Promise asks of the Destinations of its pipelines' default groups: the selectors of its
/// own, and those of its workflow.
package struct PromiseScheduling: Sendable, Hashable, Codable {
  /// The Promise's `destinationSelectors`, in order.
  package var promise: [[String: String]]
  /// What the Promise's own workflow asked for; no Kratix of today writes any.
  package var promiseWorkflow: [[String: String]]

  /// Puts selectors together.
  package init(promise: [[String: String]] = [], promiseWorkflow: [[String: String]] = []) {
    self.promise = promise
    self.promiseWorkflow = promiseWorkflow
  }

  /// The selectors as they stand in a Work: one item for each source that has any.
  var destinationSelectors: [WorkloadGroupScheduling] {
    [("promise-workflow", promiseWorkflow), ("promise", promise)].compactMap { source, entries in
      entries.isEmpty
        ? nil : WorkloadGroupScheduling(source: source, matchLabels: Self.squash(entries))
    }
  }

  /// One map of all entries, where the first entry wins
  /// (`api/v1alpha1/promise_types.go`, `SquashPromiseScheduling`).
  private static func squash(_ entries: [[String: String]]) -> [String: String] {
    entries.reduce(into: [:]) { labels, entry in
      labels.merge(entry) { first, _ in first }
    }
  }
}

extension PromiseScheduling {
  /// Where Kratix mounts the Promise's selectors for its own containers.
  package static let standardPath = "/work-creator-files/kratix-system/promise-scheduling"

  /// Reads the file that Kratix mounts for its own containers: a list of `matchLabels` and `source`
  /// (`work-creator/lib/work_creator.go`, `getPromiseScheduling`).
  ///
  /// Kratix writes the keys in lower case; any case is read. What is of neither source does not
  /// count.
  ///
  /// - Throws: `ManifestError` with file, line and field; `KratixError` when it cannot be read.
  package init(file path: String) throws {
    self.init()
    let file = try MetadataFile.read(path)
    guard let root = file.documents.first?.root, !root.isNull else { return }
    for entry in try root.require(.sequence, at: "", in: path) {
      let entry = entry.withFoldedKeys
      let labels = try entry.optional(.labels, at: "/matchlabels", in: path) ?? [:]
      switch try entry.optional(.string, at: "/source", in: path) {
      case "promise": promise.append(labels)
      case "promise-workflow": promiseWorkflow.append(labels)
      default: continue
      }
    }
  }
}
