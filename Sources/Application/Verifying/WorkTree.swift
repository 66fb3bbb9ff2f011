import Foundation
import Git
import Landing
import Verification

/// The files of a directory, committed or not, as a repository of their own for the time of a check.
///
/// Its branch is a commit of the files on the one that is checked out in the directory, so that history
/// tells what is older. Nothing is written to the directory.
struct WorkTree {
  /// Where the repository is.
  let path: String

  /// - Parameters:
  ///   - directory: A work tree of git, or any other directory.
  ///   - branch: The branch that the files stand for.
  /// - Throws: `LandingError` with `invalid-configuration`.
  init(of directory: String, branch: String) throws {
    path =
      FileManager.default.temporaryDirectory
      .appending(path: "statestore-work-tree-\(UUID().uuidString)").path
    do {
      try mapToConfigurationError("--work-tree \(directory)") {
        try Self.fill(path, from: directory, branch: branch)
      }
    } catch {
      remove()
      throw error
    }
  }

  func remove() {
    // It is a directory for temporary files.
    try? FileManager.default.removeItem(atPath: path)
  }

  private static func fill(_ path: String, from directory: String, branch: String) throws {
    let files = FileManager.default
    try files.createDirectory(
      atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    // A directory that is no repository has no history.
    let original = try? Repository.open(at: directory)
    let head = try original?.head()
    _ = try Repository.createBare(at: path, branch: branch)
    if case .directory(let objects)? = original?.objects.place {
      try files.createDirectory(
        atPath: "\(path)/objects/info", withIntermediateDirectories: true)
      try Data("\(objects)\n".utf8).write(to: URL(filePath: "\(path)/objects/info/alternates"))
      let shallow = URL(filePath: objects).deletingLastPathComponent().appending(path: "shallow")
      if files.fileExists(atPath: shallow.path) {
        try files.copyItem(at: shallow, to: URL(filePath: "\(path)/shallow"))
      }
    }
    let database = try Repository.openBare(at: path).objects
    let sparse = try original?.filesNotCheckedOut() ?? [:]
    let commit = try Self.commit(of: directory, beside: sparse, on: head, in: database)
    let reference = URL(filePath: "\(path)/refs/heads/\(branch)")
    try files.createDirectory(
      at: reference.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data("\(commit)\n".utf8).write(to: reference)
  }

  /// The commit of the files; the one that is checked out where they do not differ from it.
  ///
  /// - Parameter sparse: Files that a sparse checkout leaves out, and that are not removed for that.
  private static func commit(
    of directory: String, beside sparse: [String: (mode: FileMode, id: ObjectID)],
    on head: ObjectID?, in database: ObjectDatabase
  ) throws -> ObjectID {
    var objects = NewObjects()
    var edits = TreeEdits()
    try add(directory, at: nil, to: &edits, adding: &objects)
    for (path, entry) in sparse
    where !FileManager.default.fileExists(atPath: "\(directory)/\(path)") {
      try edits.write(StatePath(path), entry.id, mode: entry.mode)
    }
    let tree = try objects.apply(edits, to: nil, reading: database)
    if let head, try database.commit(head).tree == tree { return head }
    let author = Signature(
      name: CommitSummary.uncommittedAuthor, email: "", seconds: Int64(Date().timeIntervalSince1970)
    )
    let commit = Commit(
      tree: tree, parents: [head].compactMap(\.self), author: author, committer: author,
      message: "Files of the work tree that are not committed")
    let id = try objects.add(.commit, commit.bytes)
    try database.store(objects)
    return id
  }

  private static func add(
    _ directory: String, at parent: StatePath?, to edits: inout TreeEdits,
    adding objects: inout NewObjects
  ) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    where name.lowercased() != ".git" {
      let place = "\(directory)/\(name)"
      let path = try parent?.appending(name: name) ?? StatePath(name)
      let attributes = try FileManager.default.attributesOfItem(atPath: place)
      switch attributes[.type] as? FileAttributeType {
      case .typeDirectory?: try add(place, at: path, to: &edits, adding: &objects)
      case .typeSymbolicLink?:
        let target = try FileManager.default.destinationOfSymbolicLink(atPath: place)
        try edits.write(
          path, objects.add(.blob, Array(target.utf8)), mode: FileMode(rawValue: 0o120000))
      case .typeRegular?:
        let mode = (attributes[.posixPermissions] as? Int ?? 0) & 0o100 == 0 ? 0o100644 : 0o100755
        let content = try Data(contentsOf: URL(filePath: place))
        try edits.write(
          path, objects.add(.blob, Array(content)), mode: FileMode(rawValue: UInt32(mode)))
      default: break
      }
    }
  }
}
