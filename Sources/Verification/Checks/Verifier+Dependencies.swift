internal import Kratix
internal import Landing

extension Verifier {
  /// Checks the static dependencies that stand against their Promise: what they say, and not how it
  /// is written.
  ///
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first. `KratixError` or
  ///   `UnsafePath` for a path that cannot be.
  func dependencies(
    of listing: StoreListing, in snapshot: Snapshot
  ) throws -> [ResourceReport] {
    let standing = Set(listing.resources.map(\.subject))
    let promises = platform.promises.values.filter {
      standing.contains(.resource(.dependency(promise: $0.name)))
    }
    return try promises.sorted { $0.name < $1.name }.flatMap { promise -> [ResourceReport] in
      guard let work = Work.staticDependencies(of: promise) else { return [] }
      return try check([work], in: snapshot, elsewhere: [], ignoresText: true).filter {
        $0.verdict != .missing
      }
    }
  }
}
