internal import Digests
internal import Foundation

/// One file that a pipeline rendered (`api/v1alpha1/work_types.go`, `Workload`).
package struct Workload: Sendable, Hashable {
  /// Its path below the output directory.
  package let filepath: String
  /// Its bytes, as they are.
  package let content: [UInt8]

  /// Puts a workload together.
  package init(filepath: String, content: [UInt8]) {
    self.filepath = filepath
    self.content = content
  }
}

extension Workload: Codable {
  private enum CodingKeys: String, CodingKey {
    case filepath
    case content
  }

  /// Reads a workload whose content is bytes in one piece.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      filepath: try container.decode(String.self, forKey: .filepath),
      content: Array(try container.decode(Data.self, forKey: .content)))
  }

  /// Writes the content as bytes in one piece and not as a list of numbers.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(filepath, forKey: .filepath)
    try container.encode(Data(content), forKey: .content)
  }
}

/// Labels that a Destination must have, and who asks for them.
package struct WorkloadGroupScheduling: Sendable, Hashable, Codable {
  /// Who asks: `promise`, `promise-workflow` or `resource-workflow`.
  package let source: String
  /// The labels with their values.
  package let matchLabels: [String: String]

  /// Puts labels and their source together.
  package init(source: String, matchLabels: [String: String]) {
    self.source = source
    self.matchLabels = matchLabels
  }
}

/// Workloads that go to the same Destinations (`api/v1alpha1/work_types.go`, `WorkloadGroup`).
package struct WorkloadGroup: Sendable, Hashable, Codable {
  /// The directory of the group that takes whatever no other group takes.
  package static let defaultDirectory = "."
  /// The short id of that group.
  package static let defaultShortID = "5058f"

  /// The top-level directory of the output that the group stands for; `.` for the rest.
  package let directory: String
  /// The MD5 of the directory's name in hexadecimal digits.
  package let id: String
  /// Its files, in the order in which Kratix lists them.
  package let workloads: [Workload]
  /// Which Destinations it asks for; all of them together.
  package let destinationSelectors: [WorkloadGroupScheduling]

  /// A group of a directory, with the id that Kratix gives it.
  package init(
    directory: String, workloads: [Workload], destinationSelectors: [WorkloadGroupScheduling]
  ) {
    self.init(
      directory: directory, id: Self.id(of: directory), workloads: workloads,
      destinationSelectors: destinationSelectors)
  }

  /// A group with the id that its Work says.
  package init(
    directory: String, id: String, workloads: [Workload],
    destinationSelectors: [WorkloadGroupScheduling]
  ) {
    self.directory = directory
    self.id = id
    self.workloads = workloads
    self.destinationSelectors = destinationSelectors
  }

  /// The first five digits of the id: the last directory of a placement, and the end of its name.
  package var shortID: String { String(id.prefix(5)) }

  /// Whether a directory's name may be the short id of a group.
  package static func isShortID(_ name: String) -> Bool { WorkName.isDigits(name) }

  /// The labels that a Destination must have.
  ///
  /// The Promise wins over its workflow, and that over the resource's
  /// (`internal/controller/scheduler.go`, `resolveDestinationSelectorsForWorkloadGroup`).
  package var effectiveSelector: [String: String] {
    let byPriority = destinationSelectors.enumerated().sorted { left, right in
      (Self.priority(of: left.element.source), left.offset)
        < (Self.priority(of: right.element.source), right.offset)
    }
    return byPriority.reduce(into: [:]) { labels, item in
      labels.merge(item.element.matchLabels) { _, higher in higher }
    }
  }

  private static func priority(of source: String) -> Int {
    switch source {
    case "promise": 2
    case "promise-workflow": 1
    default: 0
    }
  }

  /// The id that Kratix gives to the group of a directory.
  static func id(of directory: String) -> String {
    Digest.md5(of: directory.utf8).hexadecimal
  }
}
