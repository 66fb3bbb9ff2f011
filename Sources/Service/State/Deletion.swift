internal import Foundation

/// An object that was deleted, or that another one of its name has replaced.
///
/// A PUT may come late: sent before the deletion, and sent again by a client that had no answer.
/// It must not bring back what was deleted.
struct Deletion: Sendable, Hashable {
  /// `metadata.uid`; `nil` when no cluster has seen the object.
  let uid: String?
  /// The last generation that there was.
  let generation: Int64
  let date: Date

  /// How long deletions are remembered: longer than any client may go on trying.
  static let lifetime: TimeInterval = 30 * 24 * 3600

  /// Whether what a client sends is what was deleted, or older.
  ///
  /// Who gives no generation leaves counting to the service and wants it now.
  func includes(_ submission: WorkSubmission) -> Bool {
    guard let other = submission.generation else { return false }
    return other <= generation && (submission.uid == nil || submission.uid == uid)
  }

  /// Why it stays deleted, for a person.
  var reason: String {
    """
    generation \(generation)\(uid.map { " of uid \($0)" } ?? "") was deleted at \
    \(date.formatted(.iso8601)); a new object has another uid or a higher generation, and what \
    leaves out the generation is taken as new
    """
  }
}
