/// How a write is to be done.
public struct LandingOptions: Sendable {
  /// When to stop.
  public var deadline: ContinuousClock.Instant
  /// The name of the commits' author.
  public var authorName: String
  /// The address of the commits' author.
  public var authorEmail: String
  /// Whether a branch that does not exist is made.
  public var createsBranch: Bool

  /// Puts options together; the author is Kratix's unless another is named.
  public init(
    deadline: ContinuousClock.Instant, authorName: String = "kratix", authorEmail: String = "",
    createsBranch: Bool = false
  ) {
    self.deadline = deadline
    self.authorName = authorName
    self.authorEmail = authorEmail
    self.createsBranch = createsBranch
  }
}
