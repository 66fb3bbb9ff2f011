internal import Manifests

extension Destination {
  /// The Destination's directory from the top of the repository; empty for the top itself.
  ///
  /// - Throws: `KratixError` with the code `unsafePath` when it lies outside of the repository.
  package func directory(in store: GitStateStore) throws(KratixError) -> String {
    // Below the repository, so that no absolute path can hide that it climbs out.
    let joined = JoinedPath.relative(JoinedPath.join(".", JoinedPath.relative(store.path), path))
    guard joined != "..", !joined.begins(with: "../") else {
      throw KratixError(
        .unsafePath,
        """
        the path \"\(path)\" of Destination \(name) leads out of the repository \
        (state store path \"\(store.path)\"); give it a path inside
        """)
    }
    return joined
  }
}
