package import Git

/// The history of one path, as far back as was read.
package struct PathHistory: Sendable, Hashable {
  package let existsAtTip: Bool
  /// The commit that last changed or removed it; `nil` when none of those read did.
  package let lastChange: LogEntry?
  /// Of a path that does not exist at the tip: the last commit before its removal that changed it.
  package let lastPresentCommit: LogEntry?
  /// How many commits were read.
  package let commitsSeen: Int
  /// Whether no other commit can have changed it.
  package let isWhole: Bool

  /// Whether more commits would add nothing.
  var isSettled: Bool {
    isWhole || existsAtTip && lastChange != nil || !existsAtTip && lastPresentCommit != nil
  }
}
