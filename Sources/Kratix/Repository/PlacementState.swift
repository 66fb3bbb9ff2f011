package import Manifests

/// A placement's workloads in the one file of a Destination of the mode `aggregatedYAML`.
///
/// Kratix rewrites that file from all WorkPlacements of the cluster. Outside of one each placement
/// has a state file beside it, with the contents as a WorkPlacement has them: gzip in base64, under
/// a name that no GitOps agent takes for a manifest.
package struct PlacementState: Sendable, Hashable {
  /// The placement's name, by which placements are sorted.
  package let name: String
  /// Its namespace, by which placements of one name are sorted.
  package let namespace: String
  package let workloads: [Workload]

  package init(_ placement: Placement) {
    name = placement.name
    namespace = placement.work.namespace
    workloads = placement.group.workloads
  }

  /// One workload of an unknown placement.
  package init(_ workload: Workload) {
    name = ""
    namespace = ""
    workloads = [workload]
  }

  /// Reads a state file.
  ///
  /// - Throws: `ManifestError` with file, line and field.
  package init(parsing bytes: [UInt8], file: String) throws(ManifestError) {
    let file = try ManifestFile(parsing: bytes, name: file)
    let root = file.documents.first?.root ?? .null
    var reader = ContentReader(file: file.name, limit: Work.contentLimit)
    name = try root.require(.nonEmptyString, at: "/name", in: file.name)
    namespace = try root.require(.nonEmptyString, at: "/namespace", in: file.name)
    workloads = try reader.workloads(of: root)
  }

  /// The text of the state file.
  ///
  /// - Throws: `KratixError` with the code `invalidInput` when a file is too large.
  package func text() throws(KratixError) -> [UInt8] {
    var files: [Node] = []
    for workload in workloads { files.append(try workload.node()) }
    let node: Node = [
      "name": Node(.string(name)), "namespace": Node(.string(namespace)),
      "workloads": Node(.sequence(files)),
    ]
    return Array(YAMLWriter(sortsKeys: true).text(of: node).utf8)
  }
}

extension PlacementState {
  /// The one file that placements share: all their workloads in the order of the placements'
  /// names, with `---` between any two (`concatenateYAMLs`, `handleAggregatedYAML`).
  ///
  /// - Returns: `nil`, that is no file, without placements; an empty file without workloads.
  package static func aggregate(_ states: some Sequence<PlacementState>) -> [UInt8]? {
    let ordered = states.sorted(by: isBefore)
    if ordered.isEmpty { return nil }
    let contents = ordered.flatMap { $0.workloads.map(\.content) }
    return Array(contents.joined(separator: Array("\n---\n".utf8)))
  }

  /// Whether one placement's workloads come before another's in the file that they share.
  package static func isBefore(_ left: PlacementState, _ right: PlacementState) -> Bool {
    let names =
      left.name == right.name ? (left.namespace, right.namespace) : (left.name, right.name)
    return names.0.utf8.lexicographicallyPrecedes(names.1.utf8)
  }
}
