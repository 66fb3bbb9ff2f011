internal import Foundation
package import Kratix

/// A pipeline's metadata directory, also where Kratix would refuse what is in it.
package struct MetadataEvidence: Sendable, Hashable {
  /// The name that Kratix reads.
  static let selectorsFile = "destination-selectors.yaml"

  /// The names of its files.
  package var names: [String]
  /// What they say; `nil` where Kratix would refuse them.
  package var metadata: PipelineMetadata?
  /// Why Kratix would refuse them.
  package var fault: String?

  /// Evidence that is known already.
  package init(names: [String], metadata: PipelineMetadata?, fault: String? = nil) {
    self.names = names
    self.metadata = metadata
    self.fault = fault
  }

  /// Reads a directory; one that is not there holds nothing.
  package init(directory: String) {
    // One that cannot be listed is no evidence.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    do {
      self.init(names: names.sorted(), metadata: try PipelineMetadata(directory: directory))
    } catch {
      self.init(names: names.sorted(), metadata: nil, fault: "\(error)")
    }
  }
}
