/// How a write is to be done.
package struct LandingOptions: Sendable {
  /// When to stop.
  package var deadline: ContinuousClock.Instant
  /// The name of the commits' author.
  package var authorName: String
  /// The address of the commits' author.
  package var authorEmail: String
  /// Whether a branch that does not exist is made.
  package var createsBranch: Bool

  /// Puts options together; the author is Kratix's unless another is named.
  package init(
    deadline: ContinuousClock.Instant, authorName: String = "kratix", authorEmail: String = "",
    createsBranch: Bool = false
  ) {
    self.deadline = deadline
    self.authorName = authorName
    self.authorEmail = authorEmail
    self.createsBranch = createsBranch
  }
}
