internal import Foundation
package import Git
internal import Synchronization

/// The way of a check of everything: many parts of one commit, on all cores.
extension StateStore {
  /// From how many missing objects on all of the commit is fetched at once.
  fileprivate static let mostByName = 2_000

  /// Reads many parts of one commit, each by itself, on all cores.
  ///
  /// What is read of a part is let go when the next one begins, so memory does not grow with the
  /// state store. The body may be run several times for a part and must have no effect of its own.
  ///
  /// - Returns: What the body gave, in the order of the parts.
  /// - Throws: `LandingError`. What the body throws of its own is passed on.
  package func read<Part: Sendable, Value: Sendable>(
    parts: [Part], of commit: ObjectID, deadline: ContinuousClock.Instant,
    _ body: @escaping @Sendable (Part, Snapshot) throws -> Value
  ) async throws -> [Value] {
    await settle()
    var values: [Value?] = Array(repeating: nil, count: parts.count)
    var waiting = Array(parts.indices)
    var hasAll = false
    var remedies = Remedy.all
    while !waiting.isEmpty {
      let round: Round<Value>
      do {
        round = try await run(
          waiting.map { ($0, parts[$0]) }, of: commit, limit: limit(deadline), body)
      } catch let error as GitError {
        guard try heal(&remedies, because: error) else { throw error.landingError }
        continue
      }
      for (index, value) in round.values { values[index] = value }
      waiting = round.unfinished.sorted()
      guard !round.missing.isEmpty else { break }
      if round.missing.count > Self.mostByName, !hasAll {
        hasAll = true
        try await fetchCommits(from: commit, depth: 1, deadline: deadline)
      } else {
        let missing = round.missing.sorted()
        try await withObjects(from: commit, deadline: deadline) { try $0.require(missing) }
      }
    }
    return values.compactMap(\.self)
  }

  /// Runs the body on parts, on as many threads as there are cores, each with a database of its
  /// own: libgit2 keeps its errors, and its handles, per thread.
  private func run<Part: Sendable, Value: Sendable>(
    _ parts: [(Int, Part)], of commit: ObjectID, limit: TimeLimit,
    _ body: @escaping @Sendable (Part, Snapshot) throws -> Value
  ) async throws -> Round<Value> {
    let queue = PartQueue(parts)
    // Opened here, where the state store's own is opened and repaired.
    let place = try openDatabase().place
    let workers = min(parts.count, ProcessInfo.processInfo.activeProcessorCount)
    return try await withThrowingTaskGroup(of: Round<Value>.self) { group in
      for _ in 0..<workers {
        group.addTask {
          let database = try ObjectDatabase.open(place)
          return try Self.work(
            through: queue, of: commit, in: LimitedReader(base: database, limit: limit), body)
        }
      }
      var whole = Round<Value>()
      for try await round in group { whole.add(round) }
      return whole
    }
  }

  private static func work<Part, Value>(
    through queue: PartQueue<Part>, of commit: ObjectID, in reader: some ObjectReader,
    _ body: (Part, Snapshot) throws -> Value
  ) throws -> Round<Value> {
    var round = Round<Value>()
    while let (index, part) = queue.next() {
      try Task.checkCancellation()
      do {
        round.values.append((index, try body(part, Snapshot(of: commit, reading: reader))))
      } catch let error as GitError {
        guard error.code == .objectMissing else { throw error }
        round.add(missing: error.objects)
        round.unfinished.append(index)
      } catch let error as any LandingFailure {
        throw error.landingError
      }
    }
    return round
  }
}

/// What one pass over parts gave.
private struct Round<Value: Sendable>: Sendable {
  var values: [(Int, Value)] = []
  var missing: Set<ObjectID> = []
  var unfinished: [Int] = []

  mutating func add(_ other: Round) {
    values += other.values
    add(missing: Array(other.missing))
    unfinished += other.unfinished
  }

  /// Takes note of missing objects, as many as could be asked for by name: there may be a million.
  mutating func add(missing objects: [ObjectID]) {
    let most = StateStore.mostByName + 1
    for id in objects where missing.count < most { missing.insert(id) }
  }
}

/// Parts that wait for a worker.
private final class PartQueue<Part: Sendable>: Sendable {
  private let parts: [(Int, Part)]
  private let place = Mutex(0)

  init(_ parts: [(Int, Part)]) { self.parts = parts }

  func next() -> (Int, Part)? {
    let index = place.withLock { place in
      place += 1
      return place - 1
    }
    return index < parts.count ? parts[index] : nil
  }
}
