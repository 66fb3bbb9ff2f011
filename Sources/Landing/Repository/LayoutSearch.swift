internal import Git
package import Kratix
internal import Manifests

/// A directory that is laid out as Kratix lays out that of a Destination.
package struct FoundLayout: Sendable, Hashable {
  /// From the top of the repository; empty for the top itself.
  package let path: String
  package let filepathMode: Destination.FilepathMode
  /// Whether it holds a placement, and not canary files alone.
  package let holdsPlacement: Bool
  /// The Destination's name, where state files tell it.
  private let name: String?

  fileprivate init(
    path: String, filepathMode: Destination.FilepathMode, holdsPlacement: Bool = true,
    name: String? = nil
  ) {
    self.holdsPlacement = holdsPlacement
    self.path = path
    self.filepathMode = filepathMode
    self.name = name
  }

  /// A Destination with this directory, named for the path where nothing tells its name.
  package func destination(in store: GitStateStore) -> Destination {
    let place = path.isEmpty ? "." : path
    return Destination(
      name: name ?? place, path: place, stateStoreName: store.name, filepathMode: filepathMode)
  }
}

extension Snapshot {
  /// The directories that are laid out as Kratix does it, besides those of known Destinations.
  ///
  /// - Parameter known: The Destinations' directories, from the top of the repository.
  /// - Throws: `GitError`; `objectMissing` for what has to be fetched first.
  package func layouts(
    outside known: [String: Destination.FilepathMode] = [:]
  ) throws -> [FoundLayout] {
    guard let tree else { return [] }
    var search = LayoutSearch(snapshot: self, known: known)
    try search.run(from: tree)
    return search.found.sorted { $0.path.precedes($1.path) }
  }
}

/// A search from the top down, level by level, so that what is missing is fetched together.
///
/// A directory counts if it holds the directory of a placement, a canary file or a state file:
/// `resources` and `dependencies` are common names.
private struct LayoutSearch {
  /// How deep Destinations are looked for, and in how many directories.
  private static let deepest = 6
  private static let mostDirectories = 4096
  /// How many directories of a level are looked into for a placement.
  private static let samples = 8

  fileprivate struct Visit {
    let path: String
    let id: ObjectID
  }

  let snapshot: Snapshot
  private let known: [TreePath: Destination.FilepathMode]
  private(set) var found: [FoundLayout] = []

  init(snapshot: Snapshot, known: [String: Destination.FilepathMode]) {
    self.snapshot = snapshot
    self.known = Dictionary(
      known.map { (TreePath($0.key), $0.value) }, uniquingKeysWith: { $1 })
  }

  mutating func run(from top: ObjectID) throws {
    var level = [Visit(path: "", id: top)]
    for _ in 0..<Self.deepest where !level.isEmpty {
      var next: [Visit] = []
      for (visit, tree) in zip(level, try snapshot.trees(level.map(\.id))) {
        next += try visited(visit, tree.entries.filter { !$0.name.begins(with: ".git") })
      }
      level = Array(next.prefix(Self.mostDirectories))
    }
  }

  /// Takes a directory that is laid out as a Destination's.
  ///
  /// - Returns: The directories below it that may be those of other Destinations.
  private mutating func visited(_ visit: Visit, _ entries: [TreeEntry]) throws -> [Visit] {
    let directories = entries.filter(\.mode.isDirectory)
    let rest = directories.filter { $0.name != StateFile.directory }.map { visit.below($0) }
    if let mode = known[TreePath(visit.path)] {
      // Where placements share the directory, everything below it is the Destination's.
      guard mode == .nestedByMetadata else { return [] }
      return rest.filter { !NestedPath.roots.contains($0.name) }
    }
    if let layout = try shared(visit, directories) {
      found.append(layout)
      return []
    }
    let roots = directories.filter { NestedPath.roots.contains($0.name) }
    let held: [Contents] = try roots.map { try contents(of: $0, in: visit) }
    guard let best = held.max(), best > .others else { return rest }
    found.append(
      FoundLayout(
        path: visit.path, filepathMode: .nestedByMetadata, holdsPlacement: best == .placement))
    return rest.filter { !NestedPath.roots.contains($0.name) }
  }

  /// What of Kratix's `resources` or `dependencies` holds.
  private enum Contents: Int, Comparable {
    case others
    case canary
    case placement

    static func < (left: Contents, right: Contents) -> Bool { left.rawValue < right.rawValue }
  }

  /// - Parameter top: The directory that holds it. A known Destination may be below, whose placements
  ///   are its own.
  private func contents(of root: TreeEntry, in top: Visit) throws -> Contents {
    var contents = Contents.others
    var level: [(names: [String], id: ObjectID)] = [([root.name], root.id)]
    while !level.isEmpty {
      var next: [(names: [String], id: ObjectID)] = []
      for (visit, tree) in zip(level, try snapshot.trees(level.map(\.id))) {
        for entry in tree.entries {
          let names = visit.names + [entry.name]
          guard entry.mode.isDirectory else {
            if names.count == 2, entry.name.begins(with: Canary.name) { contents = .canary }
            continue
          }
          let path = (top.path.isEmpty ? names : [top.path] + names).joined(separator: "/")
          if known[TreePath(path)] != nil { continue }
          if NestedPath.placement(in: names)?.depth == names.count { return .placement }
          if names.count < 6 { next.append((names, entry.id)) }
        }
      }
      level = Array(next.prefix(Self.samples))
    }
    return contents
  }

  /// The layout of a directory that placements share, by the name of its first state file.
  private func shared(_ visit: Visit, _ directories: [TreeEntry]) throws -> FoundLayout? {
    guard let entry = directories.first(where: { $0.name == StateFile.directory }) else {
      return nil
    }
    for file in try snapshot.trees([entry.id]).flatMap(\.entries) where file.mode.isFile {
      for mode in [Destination.FilepathMode.none, .aggregatedYAML] {
        guard let name = StateFileName.destination(in: file.name, mode: mode) else { continue }
        return FoundLayout(path: visit.path, filepathMode: mode, name: name)
      }
    }
    return nil
  }
}

extension LayoutSearch.Visit {
  fileprivate var name: String { path.parts(separatedBy: "/").last.map(String.init) ?? "" }

  fileprivate func below(_ entry: TreeEntry) -> Self {
    Self(path: path.isEmpty ? entry.name : "\(path)/\(entry.name)", id: entry.id)
  }
}
