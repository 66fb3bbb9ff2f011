package import Manifests

/// The files in which a Destination that placements share keeps what belongs to which of them.
///
/// Kratix has them in the mode `none` alone; they are the same here, byte for byte. In the mode
/// `aggregatedYAML` Kratix asks the cluster; outside of one, `PlacementState` takes its place.
package enum StateFile {
  /// The directory of state files, below the Destination's.
  package static let directory = ".kratix"

  /// The directory of a Destination's state files, from the top of the repository.
  ///
  /// - Throws: `KratixError` with the code `unsafePath`.
  package static func directory(
    of destination: Destination, in store: GitStateStore
  ) throws(KratixError) -> String {
    JoinedPath.join(try destination.directory(in: store), directory)
  }

  /// Whether a path is that of a state file, of whatever Destination.
  package static func isStateFile(_ path: String) -> Bool {
    path.parts(separatedBy: "/").dropLast().last.map { $0 == directory } ?? false
  }

  /// What a state file of the mode `none` lists, as it stands there.
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

  /// The ending of a state file's name: what a GitOps agent would apply must not be in it but for
  /// the file that Kratix itself writes, which is no object.
  static func ending(in mode: Destination.FilepathMode) -> String {
    mode == .aggregatedYAML ? ".placement" : ".yaml"
  }
}

/// What the name of a state file tells.
package struct StateFileName: Sendable, Hashable {
  /// The whole name.
  package let text: String
  /// The Work's namespace and name, with a dash between: nobody can tell where one ends.
  package let qualifiedWork: String
  /// The five digits of the group.
  package let shortID: String

  /// The name of a placement's state file.
  package init(_ placement: Placement) {
    self.init(
      namespace: placement.work.namespace, work: placement.work.name,
      shortID: placement.group.shortID,
      at: placement.destination)
  }

  /// The name of the state file of a Work's group at a Destination.
  package init(namespace: String, work: String, shortID: String, at destination: Destination) {
    qualifiedWork = "\(namespace)-\(work)"
    self.shortID = shortID
    text =
      "\(qualifiedWork).\(destination.name)-\(shortID)"
      + StateFile.ending(in: destination.filepathMode)
  }

  /// Reads the name of a file in the directory of state files; `nil` when it is none of the
  /// Destination's.
  package init?(_ text: String, at destination: Destination) {
    let ending = StateFile.ending(in: destination.filepathMode)
    guard text.ends(with: ending) else { return nil }
    let stem = text.dropping(suffix: ending)
    let shortID = String(stem.suffix(5))
    let place = ".\(destination.name)-"
    guard WorkName.isDigits(shortID), stem.ends(with: place + shortID) else { return nil }
    let work = stem.dropping(suffix: place + shortID)
    guard work.includes("-") else { return nil }
    self.text = text
    self.shortID = shortID
    qualifiedWork = work
  }

  /// Whether it is this Work's, by the name that it has or the one that was derived for it.
  package func isNamed(for work: Work) -> Bool {
    let start = "\(work.namespace)-"
    return qualifiedWork == start + work.name || qualifiedWork == start + work.derivedName
  }

  /// The name of the Work, if it is one of this namespace.
  package func workName(in namespace: String) -> String? {
    let start = "\(namespace)-"
    return qualifiedWork.begins(with: start) ? qualifiedWork.dropping(prefix: start) : nil
  }

  /// The name of the Work, if it may be this one's, by the name that it has or by what it is for.
  ///
  /// A name that nobody has given yet says nothing of the digits that Kratix has drawn, and a base
  /// may be another Work's too: that of `a-b` for `c` is that of `a` for `b-c`. Where it is cut, it
  /// is not taken.
  package func name(ifOf work: Work) -> String? {
    guard let name = workName(in: work.namespace) else { return nil }
    if name == work.name || name == work.derivedName { return name }
    guard work.hasDerivedName, !work.hasCutBaseName, name.begins(with: work.baseName + "-"),
      WorkName.isDigits(name.dropping(prefix: work.baseName + "-"))
    else { return nil }
    return name
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
