import Testing

@testable import Landing

@Suite("The retry policy")
struct RetryPolicyTests {
  private let start = ContinuousClock.now

  @Test("waits longer after each loss, and never longer than its bound")
  func pausesGrow() {
    var policy = RetryPolicy(deadline: start + .seconds(3600))
    var pauses: [Duration] = []
    for _ in 0..<12 {
      guard case .tryAgain(let pause) = policy.next(after: .moved, now: start, chance: 1) else {
        Issue.record("gave up with time left")
        return
      }
      pauses.append(pause)
    }
    #expect(
      pauses.prefix(4) == [
        .milliseconds(25), .milliseconds(50), .milliseconds(100), .milliseconds(200),
      ])
    #expect(pauses.last == RetryPolicy.longestPause)
    #expect(policy.losses == 12)
  }

  @Test(
    "takes a part of the longest pause by chance",
    arguments: [(0.0, 0), (0.2, 5), (1.0, 25), (7.0, 25), (-1.0, 0)])
  func jitter(chance: Double, milliseconds: Int) {
    var policy = RetryPolicy(deadline: start + .seconds(60))
    let action = policy.next(after: .moved, now: start, chance: chance)
    #expect(action == .tryAgain(after: .milliseconds(milliseconds)))
  }

  @Test("gives up when the pause would end after the deadline")
  func givesUp() {
    var policy = RetryPolicy(deadline: start + .milliseconds(20))
    #expect(policy.next(after: .moved, now: start, chance: 1) == .giveUp)
    #expect(policy.next(after: .moved, now: start + .milliseconds(21), chance: 0) == .giveUp)
  }
}
