internal import Git
package import Kratix

extension StateStores {
  /// Refuses a Work that no Destination could take, whatever stands there: by the paths of its
  /// files alone.
  ///
  /// - Throws: `LandingError` with `unsafe-path`, or `path-conflict` where they clash.
  package func refuseUnsafePaths(of work: Work) throws(LandingError) {
    // In that mode they are parts of one file, and no paths of their own.
    let aggregates = platform.destinations.values.contains { $0.filepathMode == .aggregatedYAML }
    guard !aggregates, !work.isBeingDeleted else { return }
    for group in work.workloadGroups {
      _ = try StatePath.paths(checking: group.workloads.map(\.filepath))
    }
  }
}
