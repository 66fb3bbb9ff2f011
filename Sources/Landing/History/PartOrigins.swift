package import Git

/// A part of a file, or of the files of a directory, that can be found again in an older version: a
/// line, a field, an object.
package protocol TracedPart: Sendable {
  /// What the part is looked for in.
  associatedtype Version

  /// Whether the files have to be read. A part for which their presence is enough is found wherever
  /// the path exists.
  var needsContent: Bool { get }

  /// Prepares one version, once for all parts.
  ///
  /// - Parameter files: Files by their paths below the directory; a file itself by `""`.
  static func version(of files: [String: [UInt8]]) -> Version

  /// The part in the version of a parent; `nil` where the parent does not have it.
  func found(in old: Version, from new: Version) -> Self?
}

/// Which commit brought a part of a file.
package enum PartOrigin: Sendable, Hashable {
  case commit(LogEntry)
  /// This commit has it already, and its parents were not read.
  case before(LogEntry)
  /// There is no such file, or it is too large to be compared.
  case notCompared
}

extension PartOrigin {
  var isSettled: Bool { if case .before = self { false } else { true } }
}

/// Follows parts back through the versions of their files, as `git blame` follows lines: to a parent
/// with the same file, or else to the first parent that has the part too.
struct PartOrigins<Part: TracedPart> {
  private let log: CommitLog
  /// The entries of all commits at each path.
  private var entries: [StatePath: [TreeEntry?]] = [:]
  private let reader: any ObjectReader
  private var versions: [ObjectID: Part.Version] = [:]

  /// How many bytes one version may have, and how many files.
  private static var mostBytes: Int { 1 << 20 }
  private static var mostFiles: Int { 64 }
  /// How many older versions are fetched with one that is missing.
  private static var versionsAhead: Int { 32 }

  init(
    of paths: [StatePath], in log: CommitLog, reading reader: any ObjectReader
  ) throws(GitError) {
    self.log = log
    self.reader = reader
    let found = try PathEntries(of: paths, in: log, reading: reader)
    for path in Set(paths) { entries[path] = found[path] }
  }

  /// - Throws: `GitError`; `objectMissing` names what all parts lack.
  mutating func origins(
    of parts: [(path: StatePath, part: Part)]
  ) throws(GitError) -> [PartOrigin] {
    var origins: [PartOrigin] = []
    var missing: Set<ObjectID> = []
    for (path, part) in parts {
      do throws(GitError) {
        origins.append(try origin(of: part, in: path))
      } catch {
        guard error.code == .objectMissing else { throw error }
        missing.formUnion(error.objects)
      }
    }
    if !missing.isEmpty { throw .missing(missing.sorted()) }
    return origins
  }

  private mutating func origin(
    of part: Part, in path: StatePath
  ) throws(GitError) -> PartOrigin {
    var (index, part) = (0, part)
    while true {
      switch try step(from: index, part, in: path) {
      case .brought: return .commit(log.commits[index])
      case .unknown: return .before(log.commits[index])
      case .notCompared: return .notCompared
      case .inParent(let parent, let found): (index, part) = (parent, found)
      }
    }
  }

  private enum Step {
    case brought
    case unknown
    case notCompared
    case inParent(Int, Part)
  }

  private mutating func step(
    from index: Int, _ part: Part, in path: StatePath
  ) throws(GitError) -> Step {
    guard let entry = entry(at: index, of: path) else { return .notCompared }
    let parents = log.parents[index]
    // A file in the place of a directory is no later version of it.
    let known = parents.compactMap(\.self).filter {
      self.entry(at: $0, of: path)?.mode.isDirectory == entry.mode.isDirectory
    }
    if let parent = known.first(where: { self.entry(at: $0, of: path) == entry }) {
      return .inParent(parent, part)
    }
    if let parent = known.first, !part.needsContent { return .inParent(parent, part) }
    if !known.isEmpty {
      guard let version = try version(at: index, of: path) else { return .notCompared }
      for parent in known {
        guard let former = try self.version(at: parent, of: path) else { return .notCompared }
        if let found = part.found(in: former, from: version) { return .inParent(parent, found) }
      }
    }
    return parents.contains(nil) ? .unknown : .brought
  }
}

extension PartOrigins {
  private func entry(at index: Int, of path: StatePath) -> TreeEntry? {
    entries[path].flatMap { $0[index] }
  }

  /// What a commit has at a path; `nil` for what is too large.
  private mutating func version(
    at index: Int, of path: StatePath
  ) throws(GitError) -> Part.Version? {
    guard let entry = entry(at: index, of: path) else { return nil }
    if let known = versions[entry.id] { return known }
    do throws(GitError) {
      guard let files = try files(of: entry) else { return nil }
      var bytes: [String: [UInt8]] = [:]
      for (path, id) in files { bytes[path] = try reader.blob(id) }
      let version = Part.version(of: bytes)
      versions[entry.id] = version
      return version
    } catch {
      guard error.code == .objectMissing else { throw error }
      throw .missing(try missingObjects(from: index, of: path).sorted())
    }
  }

  /// What is missing of a version, and of the next older ones: a fetch for each would take long.
  private func missingObjects(
    from index: Int, of path: StatePath
  ) throws(GitError) -> Set<ObjectID> {
    var missing: Set<ObjectID> = []
    var seen: Set<ObjectID> = []
    for index in index..<log.commits.count where seen.count <= Self.versionsAhead {
      guard let entry = entry(at: index, of: path), seen.insert(entry.id).inserted else {
        continue
      }
      do throws(GitError) {
        _ = try files(of: entry)
      } catch {
        guard error.code == .objectMissing else { throw error }
        missing.formUnion(error.objects)
      }
    }
    return missing
  }

  /// The files of an entry, all of which are on this machine; `nil` if they are too many or too large.
  private func files(of entry: TreeEntry) throws(GitError) -> [String: ObjectID]? {
    var files = entry.mode.isFile ? ["": entry.id] : [:]
    var directories = entry.mode.isDirectory ? [(path: "", id: entry.id)] : []
    while !directories.isEmpty {
      try reader.require(directories.map(\.id))
      var below: [(path: String, id: ObjectID)] = []
      for directory in directories {
        try reader.tree(directory.id).forEachEntry { entry in
          let path = directory.path.isEmpty ? entry.name : "\(directory.path)/\(entry.name)"
          if entry.mode.isDirectory { below.append((path, entry.id)) }
          if entry.mode.isFile { files[path] = entry.id }
          return files.count + below.count <= Self.mostFiles
        }
      }
      guard files.count + below.count <= Self.mostFiles else { return nil }
      directories = below
    }
    try reader.require(files.values)
    var byteCount = 0
    for id in files.values { byteCount += try reader.byteCount(of: id) }
    return byteCount <= Self.mostBytes ? files : nil
  }
}
