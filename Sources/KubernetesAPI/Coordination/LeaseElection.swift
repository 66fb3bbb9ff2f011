package import Foundation

/// Which replica holds the Lease: decisions without effects.
///
/// As in client-go, clocks of machines are not compared: a replica takes the Lease when it has not seen it
/// change for the whole duration.
package struct LeaseElection: Sendable {
  package enum Step: Sendable, Hashable {
    /// Store this Lease: it is ours, or becomes ours if no other replica is faster.
    case store(Lease)
    /// Another replica holds it.
    case wait
  }

  private let identity: String
  private let duration: Duration
  private var seen: (lease: Lease, at: ContinuousClock.Instant)?

  package init(identity: String, duration: Duration) {
    self.identity = identity
    self.duration = duration
  }

  /// - Parameters:
  ///   - lease: The Lease as it was read; `nil` if there is none.
  ///   - now: When it was read, on the clock that does not jump.
  ///   - date: The same, for the Lease.
  package mutating func step(
    _ lease: Lease?, now: ContinuousClock.Instant, date: Date
  ) -> Step {
    guard var lease else {
      return .store(taken(Lease(holder: nil, duration: duration), date: date))
    }
    if lease.holder == identity {
      lease.renewed = date
      lease.duration = duration
      return .store(lease)
    }
    if lease.holder == nil { return .store(taken(lease, date: date)) }
    guard let seen, seen.lease == lease else {
      self.seen = (lease, now)
      return .wait
    }
    return now - seen.at >= lease.duration ? .store(taken(lease, date: date)) : .wait
  }

  private func taken(_ lease: Lease, date: Date) -> Lease {
    var lease = lease
    if lease.holder != nil || lease.acquired != nil { lease.transitions += 1 }
    lease.holder = identity
    lease.duration = duration
    lease.acquired = date
    lease.renewed = date
    return lease
  }
}
