internal import Foundation
internal import Git
internal import Support
internal import Synchronization

/// Reads many parts of one commit on all cores.
struct ParallelReader: Sendable {
  private let branch: RemoteBranch
  private let objects: ObjectCache

  /// From how many missing objects on all of the commit is fetched at once.
  fileprivate static let mostByName = 2_000

  init(of branch: RemoteBranch, in objects: ObjectCache) {
    self.branch = branch
    self.objects = objects
  }

  /// Reads each part by itself.
  ///
  /// The memory of a part is released before the next one begins. Only stored objects are read.
  ///
  /// - Returns: The results in the order of the parts.
  /// - Throws: `LandingError`, or what the body throws.
  func read<Part: Sendable, Value: Sendable>(
    parts: [Part], of commit: ObjectID, deadline: ContinuousClock.Instant,
    _ body: @escaping @Sendable (Part, Snapshot) throws -> Value
  ) async throws -> [Value] {
    var values: [Value?] = Array(repeating: nil, count: parts.count)
    var waiting = Array(parts.indices)
    var hasAll = false
    var remedies = StoredObjects.Remedy.all
    while !waiting.isEmpty {
      let round: Round<Value>
      do {
        round = try await run(
          waiting.map { ($0, parts[$0]) }, of: commit, limit: branch.limit(deadline), body)
      } catch let error as GitError {
        guard let left = try await objects.heal(remedies, because: error) else {
          throw error.landingError
        }
        remedies = left
        continue
      }
      for (index, value) in round.values { values[index] = value }
      waiting = round.unfinished.sorted()
      guard !round.missing.isEmpty else { break }
      if round.missing.count > Self.mostByName, !hasAll {
        hasAll = true
        try await objects.fetchCommits(from: commit, depth: 1, deadline: deadline)
      } else {
        let missing = round.missing.sorted()
        try await objects.withObjects(from: commit, deadline: deadline) { try $0.require(missing) }
      }
    }
    return values.compactMap(\.self)
  }

  /// Runs the body on one thread more than there are cores, as libgit2's threads wait for each other,
  /// each with a database of its own: libgit2 keeps its errors and its handles per thread.
  private func run<Part: Sendable, Value: Sendable>(
    _ parts: [(Int, Part)], of commit: ObjectID, limit: TimeLimit,
    _ body: @escaping @Sendable (Part, Snapshot) throws -> Value
  ) async throws -> Round<Value> {
    let queue = PartQueue(parts, observer: ProgressStep.observer)
    // The object cache opens it first, for it can repair it.
    let place = try await objects.place()
    let workers = min(parts.count, ProcessInfo.processInfo.activeProcessorCount + 1)
    return try await withThrowingTaskGroup(of: Round<Value>.self) { group in
      for _ in 0..<workers {
        group.addTask(executorPreference: TaskThread()) {
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

/// The results of one pass over the parts.
private struct Round<Value: Sendable>: Sendable {
  var values: [(Int, Value)] = []
  var missing: Set<ObjectID> = []
  var unfinished: [Int] = []

  mutating func add(_ other: Round) {
    values += other.values
    add(missing: Array(other.missing))
    unfinished += other.unfinished
  }

  /// Adds missing objects, up to one more than are asked for by name: there may be a million.
  mutating func add(missing objects: [ObjectID]) {
    let most = ParallelReader.mostByName + 1
    for id in objects where missing.count < most { missing.insert(id) }
  }
}

/// Parts that wait for a thread.
private final class PartQueue<Part: Sendable>: Sendable {
  private let parts: [(Int, Part)]
  private let taken = Mutex(0)
  private let observer: (@Sendable (ProgressStep) -> Void)?

  init(_ parts: [(Int, Part)], observer: (@Sendable (ProgressStep) -> Void)?) {
    self.parts = parts
    self.observer = observer
  }

  func next() -> (Int, Part)? {
    let index = taken.withLock { taken in
      taken += 1
      return taken - 1
    }
    observer?(.checked(min(index, parts.count), of: parts.count))
    return index < parts.count ? parts[index] : nil
  }
}
