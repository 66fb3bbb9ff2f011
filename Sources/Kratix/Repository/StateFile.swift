package import Manifests

/// A file that records which files, or which workloads, of a Destination belong to one placement,
/// in the modes in which placements share the Destination's directory.
///
/// Kratix writes them in the mode `none` only; ours are the same, byte for byte. In the mode
/// `aggregatedYAML` Kratix reads the WorkPlacements of the cluster; `PlacementState` replaces them
/// outside of one.
package enum StateFile {
  /// The directory of state files, below the Destination's.
  package static let directory = ".kratix"

  /// Whether a path is that of a state file of any Destination.
  package static func isStateFile(_ path: String) -> Bool {
    path.parts(separatedBy: "/").dropLast().last.map { $0 == directory } ?? false
  }

  /// The entries of a state file of the mode `none`, unchanged.
  ///
  /// - Throws: `ManifestError`.
  package static func entries(
    in bytes: [UInt8], file: String
  ) throws(ManifestError) -> [String] {
    let file = try ManifestFile(parsing: bytes, name: file)
    guard let root = file.documents.first?.root, !root.isNull else { return [] }
    guard root.mapping != nil else {
      throw ManifestError(
        code: .invalidField, file: file.name, position: root.position,
        message: "a state file is a mapping with the field files")
    }
    return try root.optional(.strings, at: "/files", in: file.name) ?? []
  }

  /// The ending of a state file's name.
  ///
  /// A GitOps agent applies files that end in `.yaml`, so only the file that Kratix itself writes,
  /// which is no object, has that ending.
  static func ending(in mode: Destination.FilepathMode) -> String {
    mode == .aggregatedYAML ? ".placement" : ".yaml"
  }
}

extension Placement {
  /// The state file of the mode `none` (`generateKratixStateFile`).
  var listing: [UInt8] {
    let files = group.workloads.map {
      Node(.string(JoinedPath.join(destination.path, $0.filepath)))
    }
    let text = YAMLWriter().text(of: ["files": Node(.sequence(files))])
    return Array(text.parts(separatedBy: "\n").map { folded($0) + "\n" }.joined().utf8)
  }

  /// A line as Kratix breaks it, whose yaml.v2 goes on below at the first single blank behind 80
  /// characters; in double quotes a path has no blank that matters.
  private func folded(_ line: Substring) -> String {
    guard line.unicodeScalars.count > 80, !line.begins(with: "- \"") else { return String(line) }
    let scalars = Array(line.unicodeScalars)
    var text = String.UnicodeScalarView()
    var column = 0
    for (index, scalar) in scalars.enumerated() {
      let isSingle =
        scalar == " " && scalars[index - 1] != " " && index + 2 < scalars.count
        && scalars[index + 1] != " "
      if isSingle, column > 80 {
        text.append(contentsOf: "\n  ".unicodeScalars)
        column = 2
      } else {
        text.append(scalar)
        column += 1
      }
    }
    return String(text)
  }
}

extension Destination {
  /// The path, from the top of the repository, of what a state file lists.
  ///
  /// Older Kratix listed paths without the Destination's: they are joined onto it. Kratix itself
  /// tells the two apart by the Destination's path as it is spelled, and so never finds again what
  /// it wrote to `w/` or `./w`; here the spelling does not count.
  ///
  /// - Returns: `nil` when it is outside of the Destination's directory.
  /// - Throws: `KratixError` with the code `unsafePath` for the Destination's own path.
  package func path(
    ofEntry entry: String, in store: GitStateStore
  ) throws(KratixError) -> String? {
    let top = try directory(in: store)
    let own = JoinedPath.relative(path)
    let isWhole = own.isEmpty || JoinedPath.relative(entry).begins(with: own + "/")
    let joined = JoinedPath.relative(
      isWhole
        ? JoinedPath.join(".", JoinedPath.relative(store.path), entry)
        : JoinedPath.join(".", top, entry))
    guard !joined.isEmpty, joined != "..", !joined.begins(with: "../") else { return nil }
    return top.isEmpty || joined.begins(with: top + "/") ? joined : nil
  }
}
