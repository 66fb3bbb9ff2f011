internal import Foundation
package import Git

/// What a report says of a commit.
package struct CommitSummary: Sendable, Hashable, Codable {
  /// Its name.
  package var id: ObjectID
  /// When it was made, in RFC 3339.
  package var time: String
  /// Who wrote it.
  package var author: String?
  /// The first line of its message.
  package var subject: String?

  /// The author of the commit that stands for uncommitted files, as git blame(1) calls it.
  ///
  /// It is in no repository of the user.
  package static let uncommittedAuthor = "not committed"

  /// Puts a summary together.
  package init(id: ObjectID, time: String, author: String? = nil, subject: String? = nil) {
    self.id = id
    self.time = time
    self.author = author
    self.subject = subject
  }

  /// Sums up a commit: its time alone, or its author and subject too.
  package init(id: ObjectID, commit: Commit, withAuthorship: Bool = true) {
    let date = Date(timeIntervalSince1970: TimeInterval(commit.committer.seconds))
    self.init(
      id: id, time: date.ISO8601Format(), author: withAuthorship ? commit.author.name : nil,
      subject: withAuthorship ? commit.subject : nil)
  }
}
