internal import Clibgit2
internal import Glibc

/// A repository on this machine: its references and its objects.
package final class Repository {
  private let handle: OpaquePointer
  package let objects: ObjectDatabase

  private init(handle: OpaquePointer) throws(GitError) {
    self.handle = handle
    // A linked work tree shares the objects of its repository.
    let directory = String(cString: git_repository_commondir(handle))
    do throws(GitError) {
      self.objects = try ObjectDatabase.open(objects: directory + "objects")
    } catch {
      git_repository_free(handle)
      throw error
    }
  }

  deinit { git_repository_free(handle) }

  /// Whether a branch may have this name (git-check-ref-format(1)).
  package static func isBranchName(_ name: String) -> Bool {
    var isValid: CInt = 0
    // If libgit2 cannot start, the next operation reports why.
    guard (try? Library.start()) != nil, !name.utf8.contains(0),
      git_branch_name_is_valid(&isValid, name) == 0
    else { return false }
    return isValid == 1
  }

  /// Creates a bare repository whose `HEAD` names a branch without commits.
  ///
  /// - Throws: `GitError`; `exists` when there is a repository already.
  package static func createBare(at path: String, branch: String) throws(GitError) -> Repository {
    try Library.start()
    var options = git_repository_init_options()
    try check(
      git_repository_init_options_init(&options, UInt32(GIT_REPOSITORY_INIT_OPTIONS_VERSION)),
      "git_repository_init_options_init")
    options.flags =
      GIT_REPOSITORY_INIT_BARE.rawValue | GIT_REPOSITORY_INIT_MKPATH.rawValue
      | GIT_REPOSITORY_INIT_NO_REINIT.rawValue
    var handle: OpaquePointer?
    let status = branch.withCString { branch in
      options.initial_head = branch
      return git_repository_init_ext(&handle, path, &options)
    }
    try check(status, "git_repository_init_ext")
    return try Repository(handle: opened(handle, "git_repository_init_ext"))
  }

  /// Opens a bare repository.
  ///
  /// - Throws: `GitError`; `notFound` when there is none.
  package static func openBare(at path: String) throws(GitError) -> Repository {
    try Library.start()
    var handle: OpaquePointer?
    try check(git_repository_open_bare(&handle, path), "git_repository_open_bare")
    return try Repository(handle: opened(handle, "git_repository_open_bare"))
  }

  /// Opens a repository, bare or with a work tree.
  ///
  /// - Throws: `GitError`; `notFound` when there is none.
  package static func open(at path: String) throws(GitError) -> Repository {
    try Library.start()
    var handle: OpaquePointer?
    try check(git_repository_open(&handle, path), "git_repository_open")
    return try Repository(handle: opened(handle, "git_repository_open"))
  }

  /// Whether it has a work tree, and `HEAD` names a commit and no branch.
  package var isDetachedWorkTree: Bool {
    git_repository_is_bare(handle) == 0 && git_repository_head_detached(handle) == 1
  }

  /// The commit that `HEAD` names; `nil` for a branch that does not exist.
  ///
  /// - Throws: `GitError`.
  package func head() throws(GitError) -> ObjectID? { try reference("HEAD") }

  /// The object that a reference names, symbolic references followed; `nil` for a symbolic reference
  /// to a branch that does not exist.
  private func reference(_ name: String) throws(GitError) -> ObjectID? {
    var id = git_oid()
    let status = git_reference_name_to_id(&id, handle, name)
    if status == GIT_ENOTFOUND.rawValue {
      git_error_clear()
      return nil
    }
    try check(status, "git_reference_name_to_id")
    return ObjectID(id)
  }

  /// The files of the index that a sparse checkout leaves out of the work tree, by their paths
  /// (git-update-index(1), "Skip-worktree bit").
  ///
  /// - Throws: `GitError`, also for an index with entries of whole directories (`index.sparse`).
  package func filesNotCheckedOut() throws(GitError) -> [String: (mode: FileMode, id: ObjectID)] {
    guard git_repository_is_bare(handle) == 0, hasSparseCheckout else { return [:] }
    var index: OpaquePointer?
    try check(git_repository_index(&index, handle), "git_repository_index")
    defer { git_index_free(index) }
    var found: [String: (mode: FileMode, id: ObjectID)] = [:]
    for position in 0..<git_index_entrycount(index) {
      guard let entry = git_index_get_byindex(index, position)?.pointee, let path = entry.path,
        entry.flags_extended & UInt16(GIT_INDEX_ENTRY_SKIP_WORKTREE.rawValue) != 0
      else { continue }
      found[String(cString: path)] = (FileMode(rawValue: entry.mode), ObjectID(entry.id))
    }
    return found
  }

  /// Whether there is a file of patterns (git-sparse-checkout(1)): without it the index is not read,
  /// because libgit2 reads neither a split nor a sparse one.
  private var hasSparseCheckout: Bool {
    let directory = String(cString: git_repository_path(handle))
    return access(directory + "info/sparse-checkout", F_OK) == 0
  }

  /// All references with the objects that they name.
  ///
  /// - Throws: `GitError`.
  package func references() throws(GitError) -> [String: ObjectID] {
    var names = git_strarray()
    try check(git_reference_list(&names, handle), "git_reference_list")
    defer { git_strarray_dispose(&names) }
    var references: [String: ObjectID] = [:]
    for pointer in UnsafeBufferPointer(start: names.strings, count: names.count) {
      guard let pointer else { continue }
      let name = String(cString: pointer)
      references[name] = try reference(name)
    }
    return references
  }
}
