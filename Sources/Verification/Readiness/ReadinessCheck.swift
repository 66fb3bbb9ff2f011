/// One thing that a first landing needs, and whether it is so.
package struct ReadinessCheck: Sendable, Hashable {
  package enum Status: String, Sendable, Hashable, Codable {
    case passed
    /// A landing works, and something about it should be changed.
    case warning
    /// A landing cannot work.
    case failed
    /// It could not be found out now.
    case unknown
    /// Not looked at, because of another check.
    case skipped
  }

  /// The stable name, such as `login`; of an object `destination/worker`.
  package let name: String
  package let status: Status
  /// What is so, in one line.
  package let message: String
  /// What to do about it; `nil` if nothing has to be done, or the message says it.
  package var remedy: String?
  /// What the server said.
  package var serverMessages: [String] = []

  package init(
    _ name: String, _ status: Status, _ message: String, remedy: String? = nil,
    serverMessages: [String] = []
  ) {
    self.name = name
    self.status = status
    self.message = message
    self.remedy = remedy
    self.serverMessages = serverMessages
  }

  /// Whether nothing has to be done about it.
  package var isPassed: Bool { status == .passed || status == .skipped }
}
