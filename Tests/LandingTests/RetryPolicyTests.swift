import GitTransport
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
      guard case .tryAgain(let pause) = policy.next(after: .moved, now: start, randomUnit: 1) else {
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
  func jitter(randomUnit: Double, milliseconds: Int) {
    var policy = RetryPolicy(deadline: start + .seconds(60))
    let action = policy.next(after: .moved, now: start, randomUnit: randomUnit)
    #expect(action == .tryAgain(after: .milliseconds(milliseconds)))
  }

  @Test("gives up when the pause would end after the deadline")
  func givesUp() {
    var policy = RetryPolicy(deadline: start + .milliseconds(20))
    #expect(policy.next(after: .moved, now: start, randomUnit: 1) == .giveUp)
    #expect(policy.next(after: .moved, now: start + .milliseconds(21), randomUnit: 0) == .giveUp)
  }

  @Test("waits as long as the server asks for, and a part of its own pause more")
  func retryAfter() {
    var policy = RetryPolicy(deadline: start + .seconds(60))
    #expect(
      policy.next(after: .unavailable(retryAfter: .seconds(7)), now: start, randomUnit: 1)
        == .tryAgain(after: .milliseconds(7_100)))
    #expect(
      policy.next(after: .unavailable(retryAfter: .seconds(61)), now: start, randomUnit: 0)
        == .giveUp)
    #expect(
      policy.next(after: .unavailable(retryAfter: nil), now: start, randomUnit: 1)
        == .tryAgain(after: .milliseconds(400)))
  }

  @Test("tries a connection that always breaks a few times only")
  func breaks() {
    var policy = RetryPolicy(deadline: start + .seconds(3600))
    for _ in 0..<RetryPolicy.mostBreaks {
      #expect(policy.next(after: .brokenOff, now: start, randomUnit: 0) == .tryAgain(after: .zero))
    }
    #expect(policy.next(after: .brokenOff, now: start, randomUnit: 0) == .giveUp)
  }

  @Test(
    "takes from an error whether it may pass",
    arguments: [
      (TransportError.Code.unavailable, RetryPolicy.Event?.some(.unavailable(retryAfter: nil))),
      (.serverFailed, .some(.brokenOff)), (.connectionClosed, .some(.brokenOff)),
      (.outcomeUnknown, .some(.brokenOff)), (.unreachable, nil), (.timedOut, nil),
      (.cancelled, nil), (.authenticationFailed, nil), (.repositoryNotFound, nil),
      (.refused, nil), (.protocolViolation, nil),
    ])
  func events(code: TransportError.Code, event: RetryPolicy.Event?) {
    var error = TransportError(code: code, message: "", remote: "")
    #expect(RetryPolicy.Event(error) == event)
    if event == nil { return }
    error.retryAfter = .seconds(3)
    #expect(RetryPolicy.Event(error) == .unavailable(retryAfter: .seconds(3)))
  }
}
