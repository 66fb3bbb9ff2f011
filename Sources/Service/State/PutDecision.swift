internal import Foundation

/// What a Work that a client sends does to the one that is stored: a pure function of both.
///
/// A generation counts the changes of a spec (Kubernetes API conventions, "Metadata"), so an older
/// one is a client that lags behind, and the same one with another spec is a mistake.
enum PutDecision: Sendable, Hashable {
  /// Nothing was there.
  case create(generation: Int64)
  /// What was there is replaced.
  case replace(generation: Int64)
  /// It is there already, and stays as it is.
  case keep
  /// It must not replace what is there.
  case refuse(reason: String)

  /// What is known of the stored Work.
  struct Stored: Sendable, Hashable {
    var generation: Int64
    var uid: String?
    var specDigest: String
    var metadataDigest: String
    /// When its removal was asked for.
    var removalRequestedAt: Date?

    /// Its deletion, while it is being removed.
    fileprivate var removal: Deletion? {
      removalRequestedAt.map { Deletion(uid: uid, generation: generation, date: $0) }
    }
  }

  /// - Parameters:
  ///   - stored: What is there.
  ///   - deletions: What was there under this name before and has been deleted.
  init(_ submission: WorkSubmission, over stored: Stored?, after deletions: [Deletion] = []) {
    let removal = stored?.removal.map { [$0] } ?? []
    if let deletion = (deletions + removal).first(where: { $0.includes(submission) }) {
      self = .refuse(reason: deletion.reason)
      return
    }
    guard let stored else {
      let last = submission.uid == nil ? deletions.map(\.generation).max() : nil
      self = .create(generation: submission.generation ?? (last ?? 0) + 1)
      return
    }
    if let uid = submission.uid, let known = stored.uid, uid != known {
      // Another object of the same name: it counts from the beginning.
      self = .replace(generation: submission.generation ?? 1)
      return
    }
    let isSameSpec = submission.specDigest == stored.specDigest
    let next = isSameSpec ? stored.generation : stored.generation + 1
    let generation = submission.generation ?? next
    if generation < stored.generation {
      self = .refuse(
        reason: "generation \(generation) is older than \(stored.generation), which is stored")
    } else if generation == stored.generation, !isSameSpec {
      self = .refuse(
        reason: """
          generation \(generation) is stored with another spec; a change of the spec needs a \
          higher generation, or none at all
          """)
    } else if generation == stored.generation, stored.removalRequestedAt == nil,
      submission.metadataDigest == stored.metadataDigest
    {
      self = .keep
    } else {
      self = .replace(generation: generation)
    }
  }
}
