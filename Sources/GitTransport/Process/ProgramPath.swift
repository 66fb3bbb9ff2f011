import Glibc

/// Where programs are.
package enum ProgramPath {
  /// The path of a program, as execvp(3) finds it; `nil` if it is not installed.
  ///
  /// - Parameter path: The value of PATH.
  package static func find(_ program: String, in path: String?) -> String? {
    guard !program.contains("/") else { return program }
    let directories = path?.split(separator: ":") ?? []
    return directories.lazy.map { "\($0)/\(program)" }.first { path in
      var status = stat()
      return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        && access(path, X_OK) == 0
    }
  }
}
