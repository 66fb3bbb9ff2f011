extension GitError {
  /// Ends long work of a task that has been cancelled; called at each step of it.
  ///
  /// - Throws: `GitError` with the code `interrupted`.
  package static func checkCancellation() throws(GitError) {
    guard Task.isCancelled else { return }
    throw GitError(code: .interrupted, operation: "cancel", message: "the task was cancelled")
  }
}
