/// The requests that are to be judged: first what has changed, then the rest.
struct JudgingQueue {
  /// What has changed since the state stores were asked last: judged by an older answer, it could seem
  /// wrong.
  private var fresh: Set<RequestKey> = []
  private var changed = Line()
  private var others = Line()

  /// Requests in the order in which they came, each once.
  private struct Line {
    private(set) var keys: ArraySlice<RequestKey> = []
    private var known: Set<RequestKey> = []

    mutating func add(_ new: [RequestKey]) {
      for key in new where known.insert(key).inserted { keys.append(key) }
    }

    mutating func next(_ count: Int) -> [RequestKey] {
      let next = Array(keys.prefix(count))
      keys = keys.dropFirst(next.count)
      known.subtract(next)
      return next
    }
  }

  /// Whether nothing can be judged now.
  var isEmpty: Bool { changed.keys.isEmpty && others.keys.isEmpty }

  /// Whether something has changed since the state stores were asked.
  var isFresh: Bool { !fresh.isEmpty }

  /// Adds requests that the cluster says have changed.
  mutating func add(fresh keys: Set<RequestKey>) { fresh.formUnion(keys) }

  /// Adds requests that the branches say have changed.
  mutating func add(changed keys: [RequestKey]) { changed.add(keys.sorted()) }

  /// Adds requests that may have changed, and that can wait.
  mutating func add(others keys: [RequestKey]) { others.add(keys.sorted()) }

  /// The state stores were asked.
  mutating func admitFresh() {
    changed.add(fresh.sorted())
    fresh = []
  }

  /// Takes the next requests out.
  mutating func next(_ count: Int) -> Set<RequestKey> {
    let first = changed.next(count)
    return Set(first).union(others.next(count - first.count))
  }
}
