/// What one request asked for, and what became of that alone in each state store.
///
/// While a request waits, the Work may be wanted again, otherwise, or not at all. Somebody else's
/// landing must not be told as its own, and what was never tried must not be told as landed.
struct Awaited: Sendable {
  /// The Work as it was accepted.
  let asked: DesiredWork
  /// The Work as it was heard of last.
  private(set) var last: DesiredWork
  /// What became of it, by state store: once it has ended well or was refused, that stays.
  private var results: [String: StoreResult] = [:]
  /// Whether something else was wanted before this had come to its end.
  private(set) var isSuperseded = false

  init(_ work: DesiredWork) {
    asked = work
    last = work
    hear(work)
  }

  /// Takes in how the Work is now.
  mutating func hear(_ now: DesiredWork) {
    last = now
    let isSame = now.document == asked.document && now.isBeingRemoved == asked.isBeingRemoved
    isSuperseded = now.revision > asked.revision && !isSame
    for result in now.results
    where result.revision == asked.revision || (isSame && result.revision > asked.revision) {
      let known = results[result.store].map { WorkQueue.Ending($0.outcome) }
      if known != .done, known != .refused { results[result.store] = result }
    }
  }

  /// How far it has come.
  func progress(in stores: [String]) -> WorkProgress {
    WorkProgress(of: Array(results.values), in: stores)
  }

  /// Whether waiting brings nothing more.
  func isOver(in stores: [String]) -> Bool { isSuperseded || progress(in: stores).isSettled }

  /// The Work with what became of this request.
  var work: DesiredWork {
    var work = last
    work.results = results.values.sorted { $0.store < $1.store }
    return work
  }
}
