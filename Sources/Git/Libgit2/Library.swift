internal import Clibgit2

/// Starts libgit2, once in a process, without the machine's Git configuration.
enum Library {
  /// Starts libgit2 on first use.
  ///
  /// - Throws: `GitError` when the library cannot start or is too old.
  static func start() throws(GitError) {
    if let failure = failure { throw failure }
  }

  private static let failure: GitError? = {
    do throws(GitError) {
      try check(git_libgit2_init(), "git_libgit2_init")
      try checkVersion()
      try ignoreConfigurationOfTheMachine()
      try boundMemory()
      try leaveHashesToTheDatabase()
      return nil
    } catch {
      return error
    }
  }()

  private static func checkVersion() throws(GitError) {
    var major: Int32 = 0
    var minor: Int32 = 0
    var revision: Int32 = 0
    git_libgit2_version(&major, &minor, &revision)
    guard (major, minor) >= (1, 5) else {
      throw GitError(
        code: .unsupported, operation: "git_libgit2_version",
        message: "libgit2 \(major).\(minor).\(revision) is too old; 1.5 or newer is needed")
    }
  }

  /// The bytes of a state store must not depend on the machine that writes them.
  private static func ignoreConfigurationOfTheMachine() throws(GitError) {
    let levels = [
      GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG,
      GIT_CONFIG_LEVEL_GLOBAL,
    ]
    for level in levels {
      try check(shim_set_search_path(level.rawValue, ""), "git_libgit2_opts")
    }
  }

  private static func boundMemory() throws(GitError) {
    try check(shim_set_cache_maximum(8 << 20), "git_libgit2_opts")
    try check(shim_set_mapped_limit(64 << 20), "git_libgit2_opts")
    try check(shim_set_pack_object_limit(20_000_000), "git_libgit2_opts")
  }

  /// Leaves it to `ObjectDatabase` to compare the bytes of an object with its id.
  ///
  /// libgit2 would look for collisions of SHA-1 at each read, a fifth of the time of a large check.
  private static func leaveHashesToTheDatabase() throws(GitError) {
    try check(shim_set_strict_hash_verification(0), "git_libgit2_opts")
  }
}
