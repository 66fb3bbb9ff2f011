internal import Foundation
internal import GRDB
internal import Landing

/// What should be in the state stores, and what became of it, kept through crashes.
///
/// What is stored when a function returns is on the disk.
actor DesiredState {
  nonisolated let database: StateDatabase
  /// By state store, how many results this process has recorded.
  private var recorded: [String: Int] = [:]

  /// Opens the database, or makes it.
  ///
  /// - Throws: `StorageError`; also when what is stored is damaged.
  init(at path: String) throws { database = try StateDatabase(at: path) }

  // MARK: What should be there

  /// Stores a Work, if it is not older than what is there.
  ///
  /// - Throws: `StorageError`.
  func put(
    _ submission: WorkSubmission, at date: Date, _ mode: PutMode = .store,
    if preconditions: Preconditions = Preconditions()
  ) async throws -> PutResult {
    let put = WorkPut(
      submission: submission, date: date, mode: mode, preconditions: preconditions)
    return try await database.write(urgently: true, put.run)
  }

  /// Marks a Work as one that has to go; it is forgotten when the state stores hold nothing of it.
  ///
  /// - Parameters:
  ///   - orphaning: Whether files that a removal does not find are left where they are.
  ///   - preconditions: What the client requires of the Work.
  /// - Returns: The Work; `nil` when there is none. A failure when what the client requires of it
  ///   does not hold: then nothing is marked.
  /// - Throws: `StorageError`.
  func requestRemoval(
    of key: WorkKey, orphaning: Bool, at date: Date, if preconditions: Preconditions
  ) async throws -> Result<DesiredWork?, Preconditions.Failure> {
    let removal = WorkRemoval(key: key, orphaning: orphaning, date: date)
    return try await database.write(urgently: true) {
      try removal.run(if: preconditions, in: $0)
    }
  }

  /// The same, whatever is stored.
  ///
  /// - Returns: The Work; `nil` when there is none.
  /// - Throws: `StorageError`.
  func requestRemoval(
    of key: WorkKey, orphaning: Bool = false, at date: Date
  ) async throws -> DesiredWork? {
    let removal = WorkRemoval(key: key, orphaning: orphaning, date: date)
    return try await database.write(urgently: true) { try removal.run(in: $0) }
  }

  // MARK: What became of it

  /// Stores what became of a Work in a state store, and the conditions that follow from it.
  ///
  /// A Work that was to go is forgotten as soon as no state store holds anything of it.
  ///
  /// - Parameter stores: The state stores that there are.
  /// - Returns: The Work as it is now, or was when it was forgotten; `nil` when it was gone before.
  /// - Throws: `StorageError`.
  func record(
    _ result: StoreResult, of key: WorkKey, stores: [String], at date: Date
  ) async throws -> DesiredWork? {
    let work = try await database.write { database -> DesiredWork? in
      guard var work = try WorkTable.work(key, in: database) else { return nil }
      try Self.update(&work, with: result, stores: stores, at: date, in: database)
      if work.isGone(from: stores) { try WorkTable.forget(work, at: date, in: database) }
      return work
    }
    recorded[result.store, default: 0] += 1
    return work
  }

  /// Stores a result of a Work and the conditions that follow from it.
  private static func update(
    _ work: inout DesiredWork, with result: StoreResult, stores: [String], at date: Date,
    in database: Database
  ) throws {
    work.results = (work.results.filter { $0.store != result.store } + [result])
      .sorted { $0.store < $1.store }
    try ResultTable.store(result, of: work, in: database)
    work.conditions = try WorkTable.store(
      WorkConditions(revision: work.revision, stores: stores, results: work.results).findings,
      of: work, at: date, in: database)
  }

  /// How many results of a state store have been recorded: while it is the same, so is what the
  /// state store is to hold, unless less is wanted.
  func recordCount(of store: String) -> Int { recorded[store, default: 0] }

  /// Works that others have changed in a state store, as far as it was seen.
  ///
  /// - Throws: `StorageError`.
  nonisolated func drifted(in store: String) async throws -> [WorkKey] {
    try await database.read { try ResultTable.drifted(in: store, $0) }
  }

  /// Notes what others did to a Work, or that it is as it was again.
  ///
  /// - Throws: `StorageError`.
  func note(
    _ drift: StoreResult.Drift?, of key: WorkKey, in store: String, stores: [String], at date: Date
  ) async throws {
    guard let work = try await work(key),
      var result = work.results.first(where: { $0.store == store })
    else { return }
    // What landed in the meantime replaces it.
    guard result.isDone(work.revision), result.drift != drift else { return }
    result.drift = drift
    _ = try await record(result, of: key, stores: stores, at: date)
  }

  /// Notes what verification says of Works in a state store, unless they have changed since they were
  /// read.
  ///
  /// - Parameter works: The Works as they were verified, with their results.
  /// - Returns: Those whose verdict has changed.
  /// - Throws: `StorageError`.
  func note(
    _ verifications: [WorkKey: StoreResult.Verification], of works: [DesiredWork],
    in store: String, stores: [String], at date: Date
  ) async throws -> [WorkKey] {
    try await database.write { database in
      try works.compactMap { verified -> WorkKey? in
        let result = verified.results.first { $0.store == store }
        guard var result, let verification = verifications[verified.key],
          var work = try WorkTable.work(verified.key, in: database),
          work.revision == verified.revision, work.results.contains(result)
        else { return nil }
        let before = result.verification?.verdict
        result.verification = verification
        try Self.update(&work, with: result, stores: stores, at: date, in: database)
        return before == verification.verdict ? nil : work.key
      }
    }
  }

  /// The Works of which a state store does not hold the last revision, and those whose result cannot
  /// be read.
  ///
  /// - Throws: `StorageError`.
  nonisolated func unsettled(in store: String) async throws -> [WorkKey] {
    try await database.read { try ResultTable.unsettled(in: store, $0) }
  }

  /// What is in a state store now and is to stay as it is: placements of Works of which the state
  /// store holds the last revision.
  ///
  /// - Parameters:
  ///   - last: Where the part before ended; `nil` for the first.
  ///   - limit: How many at most.
  /// - Returns: A part of them, in the order of their Works and paths.
  /// - Throws: `StorageError`.
  nonisolated func expectations(
    in store: String, after last: StandingExpectation?, limit: Int
  ) async throws -> [StandingExpectation] {
    try await database.read {
      try PlacementTable.expectations(in: store, after: last, limit: limit, $0)
    }
  }

  /// What of some Works is in a state store now and is to stay as it is.
  ///
  /// - Throws: `StorageError`.
  nonisolated func expectations(
    in store: String, of keys: Set<WorkKey>
  ) async throws -> [StandingExpectation] {
    try await database.read { try PlacementTable.expectations(in: store, of: keys, $0) }
  }

  /// How many placements are in a state store now and are to stay as they are.
  ///
  /// - Throws: `StorageError`.
  nonisolated func expectationCount(in store: String) async throws -> Int {
    try await database.read { try PlacementTable.count(in: store, $0) }
  }

  // MARK: Questions

  /// A Work with what became of it; `nil` when there is none.
  ///
  /// - Throws: `StorageError`.
  nonisolated func work(_ key: WorkKey) async throws -> DesiredWork? {
    try await database.read { try WorkTable.work(key, in: $0) }
  }

  /// Some Works with what became of them.
  ///
  /// - Throws: `StorageError`.
  nonisolated func works(_ keys: [WorkKey]) async throws -> [DesiredWork] {
    try await database.read { database in
      try keys.compactMap { try WorkTable.work($0, in: database) }
    }
  }

  /// The other Works of the resource that a Work is of: those of its other Pipelines.
  ///
  /// - Throws: `StorageError`.
  nonisolated func siblings(of work: DesiredWork) async throws -> [DesiredWork] {
    try await database.read { try WorkTable.siblings(of: work, in: $0) }
  }

  /// All Works that a filter lets through, in the order of their names.
  ///
  /// - Throws: `StorageError`.
  nonisolated func works(_ filter: WorkFilter) async throws -> [DesiredWork] {
    try await database.read(filter.works)
  }

  /// A page of Works.
  ///
  /// - Throws: `StorageError`.
  nonisolated func works(_ query: WorkQuery) async throws -> WorkPage {
    try await database.read(query.page)
  }

  /// Looks Works up for a person.
  ///
  /// - Throws: `StorageError`.
  nonisolated func overview(_ query: OverviewQuery) async throws -> Overview {
    try await database.read(query.overview)
  }

  /// Counts Works by Destination, Promise and verdict.
  ///
  /// - Parameters:
  ///   - stores: The state stores for which the longest waiting Work is looked for.
  ///   - unread: The state stores that could not be read: the state of what is there is unknown.
  /// - Throws: `StorageError`.
  nonisolated func counts(stores: [String], unread: [String]) async throws -> StandingCounts {
    try await database.read { try StandingCounts(stores: stores, unread: unread, in: $0) }
  }

  /// The last landings of a Work, newest first.
  ///
  /// - Throws: `StorageError`.
  nonisolated func landings(of key: WorkKey) async throws -> [PastLanding] {
    try await database.read { try LandingTable.landings(of: key, in: $0) }
  }

  /// Whether another namespace has a Work whose namespace and name, with a dash between, are the same
  /// text: a state file's name does not tell such Works apart.
  ///
  /// - Throws: `StorageError`.
  nonisolated func hasWorkOfOtherNamespace(named key: WorkKey) async throws -> Bool {
    try await database.read { try WorkTable.hasNamesake(of: key, in: $0) }
  }
}
