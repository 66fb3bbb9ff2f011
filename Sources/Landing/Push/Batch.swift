/// Decides which writes of a batch are pushed together: a pure state machine.
///
/// At first all are. A push that the server refuses is split until the refused write is alone. A push
/// that is lost to another writer is repeated after a pause, until the deadline.
struct Batch: Sendable {
  /// The result of the last attempt.
  enum Event: Sendable, Hashable {
    /// All of its writes have their results.
    case answered
    /// The server refused the push that held these writes, and would refuse it again.
    case refused([Int])
    /// The push that held these writes was lost, and may succeed when it is repeated.
    case lost([Int], RetryPolicy.Event)
  }

  /// What to do next.
  enum Action: Sendable, Hashable {
    /// Push these writes after a pause; they have been pushed a number of times already.
    case attempt([Int], after: Duration, pushes: Int)
    /// Answer this write with the server's refusal.
    case refuse(Int)
    /// Answer these writes with the last failure: the time is up.
    case giveUp([Int])
    /// All writes have their results.
    case finish
  }

  private struct Group {
    var writes: [Int]
    var pushes = 0
    var retries: RetryPolicy
  }

  private let deadline: ContinuousClock.Instant
  /// The last one is being pushed.
  private var groups: [Group]

  init(count: Int, deadline: ContinuousClock.Instant) {
    self.deadline = deadline
    groups = [Group(writes: Array(0..<count), retries: RetryPolicy(deadline: deadline))]
  }

  /// What to do first.
  var first: Action { attempt(after: .zero) }

  /// Decides what to do after an event.
  ///
  /// - Parameters:
  ///   - event: The result of the last attempt.
  ///   - now: The present moment.
  ///   - randomUnit: A number from 0 to 1, see `RetryPolicy`.
  mutating func next(
    after event: Event, now: ContinuousClock.Instant, randomUnit: Double
  ) -> Action {
    guard var group = groups.popLast() else { return .finish }
    switch event {
    case .answered: break
    case .refused(let writes):
      group.writes = writes
      group.pushes += 1
      if writes.count == 1, let write = writes.first {
        groups.append(group)
        return .refuse(write)
      }
      split(group)
    case .lost(let writes, let loss):
      group.writes = writes
      group.pushes += 1
      let action = group.retries.next(after: loss, now: now, randomUnit: randomUnit)
      groups.append(group)
      switch action {
      case .tryAgain(let pause): return attempt(after: pause)
      case .giveUp: return .giveUp(writes)
      }
    }
    return attempt(after: .zero)
  }

  /// The first half is pushed first, so that writes land in the order of their arrival.
  private mutating func split(_ group: Group) {
    let middle = group.writes.count / 2
    for half in [group.writes[middle...], group.writes[..<middle]] where !half.isEmpty {
      groups.append(
        Group(
          writes: Array(half), pushes: group.pushes, retries: RetryPolicy(deadline: deadline)))
    }
  }

  private func attempt(after pause: Duration) -> Action {
    guard let group = groups.last else { return .finish }
    return .attempt(group.writes, after: pause, pushes: group.pushes)
  }
}
