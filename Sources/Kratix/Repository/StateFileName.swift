internal import Manifests

/// The name of a state file: `<namespace>-<work>.<destination>-<group>`.
package struct StateFileName: Sendable, Hashable {
  /// The whole name.
  package let text: String
  /// The Work's namespace and name with a dash between, which may be split in several ways.
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

  /// The name of the Destination that the name of a state file ends in; `nil` for any other file.
  ///
  /// A Destination's name can have dots, and only what is behind the last one is taken.
  package static func destination(in text: String, mode: Destination.FilepathMode) -> String? {
    let ending = StateFile.ending(in: mode)
    guard text.ends(with: ending) else { return nil }
    let stem = text.dropping(suffix: ending)
    guard WorkName.isDigits(stem.suffix(5)), stem.dropLast(5).last == "-" else { return nil }
    let names = stem.dropLast(6).parts(separatedBy: ".").map(String.init)
    return names.count > 1 ? names.last : nil
  }

  /// Whether it is of this Work, by the Work's name or by its derived name.
  package func isNamed(for work: Work) -> Bool {
    let start = "\(work.namespace)-"
    return qualifiedWork == start + work.name || qualifiedWork == start + work.derivedName
  }

  /// The name of the Work, if it is one of this namespace.
  package func workName(in namespace: String) -> String? {
    let start = "\(namespace)-"
    return qualifiedWork.begins(with: start) ? qualifiedWork.dropping(prefix: start) : nil
  }

  /// The name of the Work, if it may be this one, by its name or by the base of its derived name.
  ///
  /// A derived name does not tell the digits that Kratix has drawn at random, so the base alone is
  /// compared. The base may be that of another Work too: `a-b` for `c` and `a` for `b-c` have the
  /// same. A base that is cut to Kratix's length is not compared.
  package func name(ifOf work: Work) -> String? {
    guard let name = workName(in: work.namespace) else { return nil }
    if name == work.name || name == work.derivedName { return name }
    guard work.hasDerivedName, !work.hasCutBaseName, name.begins(with: work.baseName + "-"),
      WorkName.isDigits(name.dropping(prefix: work.baseName + "-"))
    else { return nil }
    return name
  }
}

extension StateFileName {
  /// Whether it may be of a Work whose name is cut to Kratix's length, or of another one.
  package func isPossibly(of work: Work) -> Bool {
    guard work.hasCutBaseName, name(ifOf: work) == nil else { return false }
    let start = "\(work.namespace)-\(work.baseName)-"
    return qualifiedWork.begins(with: start)
      && WorkName.isDigits(qualifiedWork.dropping(prefix: start))
  }
}
