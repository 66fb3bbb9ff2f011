internal import Clibgit2

/// What a Git operation on this machine failed with.
///
/// Nothing here speaks to a network, so that no message can hold a credential.
package struct GitError: Error, Sendable, Hashable {
  /// What kind of failure it is: the part to decide by.
  package struct Code: Sendable, Hashable {
    private enum Value: Hashable {
      case objectMissing, notFound, exists, modified, locked, corrupt, invalid, unsupported
      case interrupted, other
    }

    private let value: Value

    /// Objects are not in this object database, though they may be in the remote's.
    package static let objectMissing = Code(value: .objectMissing)
    /// A reference or a repository is not there.
    package static let notFound = Code(value: .notFound)
    /// Something of that name is there already.
    package static let exists = Code(value: .exists)
    /// A reference no longer holds the value that the caller expected.
    package static let modified = Code(value: .modified)
    /// Another process holds the lock.
    package static let locked = Code(value: .locked)
    /// Stored bytes do not give the name they are stored under, or cannot be read as what they
    /// claim to be.
    package static let corrupt = Code(value: .corrupt)
    /// The caller's input is not allowed.
    package static let invalid = Code(value: .invalid)
    /// This libgit2, or this kind of repository, is not supported.
    package static let unsupported = Code(value: .unsupported)
    /// The caller wanted no more of it.
    package static let interrupted = Code(value: .interrupted)
    /// Anything else; the message tells.
    package static let other = Code(value: .other)
  }

  /// What kind of failure it is.
  package let code: Code
  /// libgit2's own category (`git_error_t`), 0 where the failure is not libgit2's.
  package let category: Int32
  /// The function that failed.
  package let operation: String
  /// What went wrong, in a sentence.
  package let message: String
  /// The objects that were missing, for `objectMissing`.
  package let objects: [ObjectID]
  /// How many levels below the missing objects will be asked for next, and are few.
  package let levelsBelow: Int

  init(
    code: Code, category: Int32 = 0, operation: String, message: String, objects: [ObjectID] = [],
    levelsBelow: Int = 0
  ) {
    self.code = code
    self.category = category
    self.operation = operation
    self.message = message
    self.objects = objects
    self.levelsBelow = levelsBelow
  }

  /// The failure that says which objects are not here.
  ///
  /// - Parameter levelsBelow: How many levels below them will be asked for next, and are few: so
  ///   many may be fetched with them.
  package static func missing(_ objects: [ObjectID], levelsBelow: Int = 0) -> GitError {
    let names = objects.prefix(3).map(\.hexadecimal).joined(separator: ", ")
    let more = objects.count > 3 ? " and \(objects.count - 3) more" : ""
    return GitError(
      code: .objectMissing, operation: "read", message: "missing object \(names)\(more)",
      objects: objects, levelsBelow: levelsBelow)
  }

  /// The failure of what was ended before it was done.
  package static func interrupted(_ message: String, in operation: String) -> GitError {
    GitError(code: .interrupted, operation: operation, message: message)
  }

  static func corrupt(_ message: String, in operation: String) -> GitError {
    GitError(code: .corrupt, operation: operation, message: message)
  }
}

extension GitError {
  /// Whether the machine failed and not what it was asked for: a disk that is full or read-only, a
  /// directory that does not exist or belongs to another user.
  package var isOfTheMachine: Bool {
    [GIT_ERROR_OS, GIT_ERROR_FILESYSTEM].contains { Int32($0.rawValue) == category }
  }
}

extension GitError: CustomStringConvertible {
  /// The message and the function that failed.
  package var description: String { "\(message) (\(operation))" }
}

/// Turns a negative status of libgit2 into a thrown error.
///
/// It must be called in the same synchronous statement as the function itself: libgit2 keeps its
/// last error per thread.
@discardableResult
func check(_ status: Int32, _ operation: StaticString) throws(GitError) -> Int32 {
  guard status < 0 else { return status }
  throw GitError(status: status, operation: "\(operation)")
}

extension GitError {
  init(status: Int32, operation: String) {
    // An old message must not turn up under a later failure, hence the clearing.
    let last = git_error_last()
    let message = last?.pointee.message.map { String(cString: $0) }
    let category = last?.pointee.klass ?? 0
    git_error_clear()
    self.init(
      code: Code(status: status), category: category, operation: operation,
      message: message ?? "libgit2 gave the status \(status) and no message")
  }
}

extension GitError.Code {
  fileprivate init(status: Int32) {
    self =
      switch git_error_code(rawValue: status) {
      case GIT_ENOTFOUND: .notFound
      case GIT_EEXISTS: .exists
      case GIT_EMODIFIED: .modified
      case GIT_ELOCKED: .locked
      case GIT_EMISMATCH: .corrupt
      case GIT_EINVALIDSPEC: .invalid
      default: .other
      }
  }
}
