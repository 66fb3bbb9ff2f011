internal import Landing

/// How far a Work has come.
enum WorkProgress: Sendable, Hashable {
  /// Nothing is known of this revision yet, or not of all state stores.
  case pending
  /// The state stores agree with it.
  case done(Outcome)
  /// It was refused, and will be again unless somebody changes something.
  case refused(Outcome)
  /// It could not be done, and is tried again.
  case failing(Outcome)

  init(of work: DesiredWork, in stores: [String]) {
    self.init(of: work.results.filter { $0.revision == work.revision }, in: stores)
  }

  /// - Parameter results: What became of one thing that was asked for, for each state store once.
  init(of results: [StoreResult], in stores: [String]) {
    let results = results.filter { stores.contains($0.store) }
    if let refused = results.first(where: { WorkQueue.Ending($0.outcome) == .refused }) {
      self = .refused(refused.outcome)
    } else if let failing = results.first(where: { !$0.outcome.isSuccess }) {
      self = .failing(failing.outcome)
    } else if results.count < stores.count {
      self = .pending
    } else {
      let outcomes = Set(results.map(\.outcome))
      self = .done([.landed, .removed].first { outcomes.contains($0) } ?? .unchanged)
    }
  }

  /// Whether waiting brings nothing more.
  var isSettled: Bool {
    switch self {
    case .done, .refused: true
    case .pending, .failing: false
    }
  }

  /// What became of it; `nil` while nothing is known.
  var outcome: Outcome? {
    switch self {
    case .pending: nil
    case .done(let outcome), .refused(let outcome), .failing(let outcome): outcome
    }
  }
}
