internal import Clibgit2

/// Throws the error of a negative status of libgit2.
///
/// Call it in the same synchronous statement as the function itself: libgit2 keeps its last error
/// per thread.
@discardableResult
func check(_ status: Int32, _ operation: StaticString) throws(GitError) -> Int32 {
  guard status < 0 else { return status }
  throw GitError(status: status, operation: "\(operation)")
}

/// The handle that a successful call must have set.
func opened<Handle>(_ handle: Handle?, _ operation: String) throws(GitError) -> Handle {
  guard let handle else {
    throw GitError(code: .other, operation: operation, message: "libgit2 gave no handle")
  }
  return handle
}

extension GitError {
  /// The last error of libgit2, which is cleared so that it cannot appear under a later failure.
  init(status: Int32, operation: String) {
    let last = git_error_last()
    let message = last?.pointee.message.map { String(cString: $0) }
    let category = last?.pointee.klass ?? 0
    git_error_clear()
    self.init(
      code: Code(status: status), category: category, operation: operation,
      message: message ?? "libgit2 gave the status \(status) and no message")
  }

  /// Whether the machine failed, and not the operation: a full or read-only disk, or a directory
  /// that does not exist or belongs to another user.
  package var isOfTheMachine: Bool {
    [GIT_ERROR_OS, GIT_ERROR_FILESYSTEM].contains { Int32($0.rawValue) == category }
  }

  /// The error of reading an object that exists: unless the machine failed, the object is damaged.
  ///
  /// libgit2 reports bytes that cannot be inflated by a category alone.
  var ofReading: GitError {
    let machine = [GIT_ERROR_NOMEMORY, GIT_ERROR_OS, GIT_ERROR_FILESYSTEM]
    guard !machine.contains(where: { Int32($0.rawValue) == category }) else { return self }
    return GitError(code: .corrupt, category: category, operation: operation, message: message)
  }
}

extension GitError.Code {
  fileprivate init(status: Int32) {
    self =
      switch git_error_code(rawValue: status) {
      case GIT_ENOTFOUND: .notFound
      case GIT_EEXISTS: .exists
      case GIT_EMISMATCH: .corrupt
      case GIT_EINVALIDSPEC: .invalid
      default: .other
      }
  }
}
