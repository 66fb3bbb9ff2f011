package import Foundation
internal import KubernetesAPI
internal import Synchronization
package import Web

/// What is said of all requests now: for the metrics and the page.
package final class VerdictBoard: Sendable {
  /// What is said of one request.
  package struct Entry: Sendable, Hashable {
    package let judgement: Judgement
    /// Since when it is so.
    package let since: Date
    /// The Destinations where it is, or is to be.
    package let destinations: [String]
    /// Where its files are on the branch.
    package let places: [Place]
    /// The lines that its first findings are about.
    package let excerpts: [Excerpt]

    package init(
      judgement: Judgement, since: Date, destinations: [String], places: [Place],
      excerpts: [Excerpt] = []
    ) {
      self.judgement = judgement
      self.since = since
      self.destinations = destinations
      self.places = places
      self.excerpts = excerpts
    }
  }

  /// What a finding says of a line of a file, with its page on the forge.
  package struct Excerpt: Sendable, Hashable {
    package let finding: String
    package let address: String?
    package let lines: MarkedLines
  }

  /// A directory or file of a request on a branch, with its pages on the forge.
  package struct Place: Sendable, Hashable {
    package let path: String
    package let pathAddress: String?
    /// The commit that last changed it.
    package let commit: String?
    package let commitAddress: String?
  }

  package struct State: Sendable {
    package var entries: [RequestKey: Entry] = [:]
    /// How many requests there are; those without an entry are not judged yet.
    package var count = 0
    /// Whether the API server can be read; without it nothing is known.
    package var isCurrent = false
  }

  private let state = Mutex(State())

  package init() {}

  /// Reads what is said, while nothing changes.
  package func read<Value>(_ body: (State) -> Value) -> Value { state.withLock { body($0) } }

  package func set(_ key: RequestKey, _ entry: Entry) {
    state.withLock { $0.entries[key] = entry }
  }

  package func remove(_ keys: some Sequence<RequestKey>) {
    state.withLock { state in
      for key in keys { state.entries[key] = nil }
    }
  }

  package func update(count: Int, isCurrent: Bool) {
    state.withLock { state in
      state.count = count
      state.isCurrent = isCurrent
    }
  }

  /// Forgets everything: another replica acts.
  package func clear() { state.withLock { $0 = State() } }
}

extension VerdictBoard.State {
  /// How many requests there are of each verdict.
  var counts: [Judgement.Verdict: Int] {
    var counts: [Judgement.Verdict: Int] = [:]
    for entry in entries.values {
      counts[isCurrent ? entry.judgement.verdict : .unknown, default: 0] += 1
    }
    counts[.unknown, default: 0] += max(0, count - entries.count)
    return counts
  }

  /// The requests that have not landed as they should, the first ones by name.
  func failing(atMost count: Int) -> [(key: RequestKey, judgement: Judgement)] {
    guard isCurrent else { return [] }
    return entries.filter { $0.value.judgement.verdict.conditionStatus == .isFalse }
      .sorted { $0.key < $1.key }.prefix(count).map { ($0.key, $0.value.judgement) }
  }
}
