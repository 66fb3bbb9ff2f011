/// The error of a Git operation on this machine.
///
/// This target uses no network, so no message can contain a credential.
package struct GitError: Error, Sendable, Hashable {
  /// The kind of failure.
  package struct Code: Sendable, Hashable {
    private enum Value: Hashable {
      case objectMissing, notFound, exists, corrupt, invalid, unsupported, interrupted, other
    }

    private let value: Value

    /// Objects are not in this object database, though the remote may have them.
    package static let objectMissing = Code(value: .objectMissing)
    /// There is no such reference or repository.
    package static let notFound = Code(value: .notFound)
    /// Something of this name exists already.
    package static let exists = Code(value: .exists)
    /// Stored bytes do not match their id, or cannot be parsed.
    package static let corrupt = Code(value: .corrupt)
    /// The caller's input is not allowed.
    package static let invalid = Code(value: .invalid)
    /// This version of libgit2, or this kind of repository, is not supported.
    package static let unsupported = Code(value: .unsupported)
    /// The operation was cancelled.
    package static let interrupted = Code(value: .interrupted)
    /// Any other failure; see the message.
    package static let other = Code(value: .other)
  }

  /// The kind of failure.
  package let code: Code
  /// The error category of libgit2 (`git_error_t`); 0 if the error is not libgit2's.
  package let category: Int32
  /// The function that failed.
  package let operation: String
  /// What went wrong, as a sentence.
  package let message: String
  /// The objects to fetch before the operation is repeated, if the code is `objectMissing`.
  package let objects: [ObjectID]
  /// How many levels below those objects may be fetched with them: they are read next, and small.
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

  /// The error for missing objects.
  ///
  /// - Parameter levelsBelow: How many levels below them are read next, if they are small.
  package static func missing(_ objects: [ObjectID], levelsBelow: Int = 0) -> GitError {
    let names = objects.prefix(3).map(\.hexadecimal).joined(separator: ", ")
    let more = objects.count > 3 ? " and \(objects.count - 3) more" : ""
    return GitError(
      code: .objectMissing, operation: "read", message: "missing object \(names)\(more)",
      objects: objects, levelsBelow: levelsBelow)
  }

  /// The error of an operation that was ended before it was complete.
  package static func interrupted(_ message: String, in operation: String) -> GitError {
    GitError(code: .interrupted, operation: operation, message: message)
  }

  static func corrupt(_ message: String, in operation: String) -> GitError {
    GitError(code: .corrupt, operation: operation, message: message)
  }

  /// Ends long work of a cancelled task; called at each step of it.
  ///
  /// - Throws: `GitError` with the code `interrupted`.
  package static func checkCancellation() throws(GitError) {
    guard Task.isCancelled else { return }
    throw .interrupted("the task was cancelled", in: "cancel")
  }
}

extension GitError: CustomStringConvertible {
  /// The message and the function that failed.
  package var description: String { "\(message) (\(operation))" }
}
