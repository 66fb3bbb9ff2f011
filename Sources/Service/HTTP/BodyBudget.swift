internal import HTTPTypes
internal import Synchronization

/// How many bytes of bodies the service holds at once, of all requests together.
///
/// Without it, memory would be a matter of how many clients send at once.
final class BodyBudget: Sendable {
  /// Who sends a body.
  enum Sender: Sendable, Hashable {
    /// A client whose token is known, or any where none is asked for.
    case known
    /// A client that has to prove by the body itself who it is: a Git server.
    case unknown
  }

  private struct Held {
    var all = 0
    var unknown = 0
  }

  /// How many bytes there may be of all senders.
  let limit: Int
  /// How many of these may be of unknown senders, who must not take the room of the others.
  let unknownLimit: Int
  private let held = Mutex(Held())

  init(limit: Int, unknownLimit: Int) {
    self.limit = limit
    self.unknownLimit = unknownLimit
  }

  /// How many bytes are held.
  var bytesHeld: Int { held.withLock { $0.all } }

  /// Takes the room for a part of a body.
  ///
  /// - Throws: `Problem` with 503 when there is none; then nothing is taken.
  fileprivate func take(_ count: Int, by sender: Sender) throws(Problem) {
    let isTaken = held.withLock { held in
      guard held.all + count <= limit,
        sender == .known || held.unknown + count <= unknownLimit
      else { return false }
      held.all += count
      if sender == .unknown { held.unknown += count }
      return true
    }
    if !isTaken { throw .overloaded }
  }

  fileprivate func giveBack(_ count: Int, by sender: Sender) {
    held.withLock { held in
      held.all -= count
      if sender == .unknown { held.unknown -= count }
    }
  }
}

/// What one body takes of the budget.
final class BodyShare: Sendable {
  private let budget: BodyBudget
  private let sender: BodyBudget.Sender
  private let taken = Mutex(0)

  init(of budget: BodyBudget, for sender: BodyBudget.Sender) {
    self.budget = budget
    self.sender = sender
  }

  /// Takes the room for a part of the body.
  ///
  /// - Throws: `Problem` with 503 when there is none.
  func take(_ count: Int) throws(Problem) {
    try budget.take(count, by: sender)
    taken.withLock { $0 += count }
  }

  /// Finds out whether there is room for so many bytes now, without taking it.
  ///
  /// - Throws: `Problem` with 503 when there is none.
  func requireRoom(for count: Int) throws(Problem) {
    try budget.take(count, by: sender)
    budget.giveBack(count, by: sender)
  }

  /// Gives back all that was taken.
  func giveBack() {
    let count = taken.withLock { taken in
      defer { taken = 0 }
      return taken
    }
    budget.giveBack(count, by: sender)
  }
}

extension Problem {
  static let overloaded = Problem(
    .serviceUnavailable, "overloaded",
    "the service holds as many bodies of other requests as it can; nothing was accepted: try again",
    headers: [.retryAfter: "1"])
}
