internal import Git
internal import GitTransport
internal import Logging

/// How objects come: from the cache, and what is missing there from the remote.
extension StateStore {
  /// Runs a reading of objects, fetching what it turns out to need, until it has all.
  ///
  /// The body is run again after each fetch, so it must have no effect of its own.
  ///
  /// - Parameters:
  ///   - tip: The commit that the body starts from; it is fetched with the trees at its top.
  ///   - levels: How many levels of trees those are; `nil` for the usual number.
  ///   - deadline: When to stop.
  ///   - body: What to do with the objects.
  func withObjects<Value>(
    from tip: ObjectID?, levels: Int? = nil, deadline: ContinuousClock.Instant,
    _ body: (any ObjectReader) throws -> Value
  ) async throws -> Value {
    var search = Search(tip: tip, levels: levels)
    var remedies = Remedy.all
    while true {
      do {
        return try await attempt(&search, deadline: deadline, body)
      } catch is Incomplete {
        continue
      } catch let error as GitError {
        guard try heal(&remedies, because: error) else { throw error.landingError }
      } catch let error as any LandingFailure {
        throw error.landingError
      }
    }
  }

  /// What is tried, in this order, before objects that cannot be read are the remote's fault.
  enum Remedy: CaseIterable {
    /// Another process may have put the packs together that were open here.
    case reopen
    /// Whatever the disk holds can be had again.
    case discard
    /// The disk may hold nothing any more.
    case leave

    static var all: ArraySlice<Remedy> { allCases[...] }
  }

  /// Does the next thing that may help.
  ///
  /// - Returns: Whether there was one.
  /// - Throws: `LandingError` when there is no time left.
  func heal(
    _ remedies: inout ArraySlice<Remedy>, because error: GitError
  ) throws(LandingError) -> Bool {
    guard error.code != .interrupted else { throw error.landingError }
    switch remedies.popFirst() {
    case .reopen: closeDatabase()
    case .discard:
      logger.notice("cache damaged, made anew", metadata: ["error.message": "\(error)"])
      discardObjects()
    case .leave: return leavePlace(because: error)
    case nil: return false
    }
    return true
  }

  /// Runs a reading once, and fetches what it lacked.
  private func attempt<Value>(
    _ search: inout Search, deadline: ContinuousClock.Instant,
    _ body: (any ObjectReader) throws -> Value
  ) async throws -> Value {
    search.restart(after: losses)
    do {
      let reader = Overlay(unsaved, over: recent.reader(over: try openDatabase()))
      return try body(LimitedReader(base: reader, limit: limit(deadline)))
    } catch let error as GitError where error.code == .objectMissing {
      // Asked for and here, yet not to be read: the pack that was open is gone.
      if !search.hasReopened, search.hasAsked(for: error) {
        search.hasReopened = true
        closeDatabase()
        throw Incomplete()
      }
      try await fetch(error, for: &search, deadline: deadline)
      throw Incomplete()
    }
  }

  nonisolated func limit(_ deadline: ContinuousClock.Instant) -> TimeLimit {
    TimeLimit(deadline: deadline, now: surroundings.now)
  }

  private func fetch(
    _ missing: GitError, for search: inout Search, deadline: ContinuousClock.Instant
  ) async throws {
    let known = remote.knownFetchSupport
    do {
      // Most servers offer all of it: asking them first would be a round more.
      let support = known ?? FetchSupport(shallow: true, filter: true, anyObject: true)
      guard let request = search.request(for: missing, support: support) else {
        throw missing
      }
      try await take(request, deadline: deadline)
    } catch let error as TransportError {
      if known == nil, error.code == .unsupported, remote.knownFetchSupport != nil {
        search.forget(missing)
        return try await fetch(missing, for: &search, deadline: deadline)
      }
      // Some servers promise more than they hand out; without filters all of them agree.
      let refusals: [TransportError.Code] = [.objectNotFound, .unsupported]
      guard refusals.contains(error.code), !search.asksForEverything else {
        throw error.landingError
      }
      search.asksForEverything = true
    }
  }

  /// Fetches objects to where they are kept; where the disk does not take them, to another place.
  func take(
    _ request: FetchRequest, deadline: ContinuousClock.Instant
  ) async throws {
    while true {
      do {
        return try await takeOnce(request, deadline: deadline)
      } catch let error as GitError where error.isOfTheMachine {
        guard remakePlace() || leavePlace(because: error) else { throw error }
      }
    }
  }

  private func takeOnce(
    _ request: FetchRequest, deadline: ContinuousClock.Instant
  ) async throws {
    let limit = limit(deadline)
    let intake = try PackIntake(into: openDatabase()) { limit.isLeft }
    let result = try await remote.fetch(request, deadline: deadline) { try intake.append($0) }
    try intake.finish()
    logger.debug(
      "fetched",
      metadata: [
        "fetch.wants": "\(request.wants.count)", "fetch.objects": "\(intake.objectCount)",
        "fetch.bytes": "\(result.packBytes)",
      ])
  }
}

/// A reading lacked objects, which are here now.
private struct Incomplete: Error {}

/// What has been asked for so far while one reading goes on.
private struct Search {
  /// How many levels of trees come with a commit unless somebody knows better: the top, the
  /// Destinations, and `resources`.
  static let usualLevels = 3

  let tip: ObjectID?
  private let levels: Int
  var hasReopened = false
  /// Whether the server is to leave nothing out.
  var asksForEverything = false
  private var asked: Set<ObjectID> = []
  private var askedForEverything = false
  private var losses = 0

  init(tip: ObjectID?, levels: Int?) {
    self.tip = tip
    self.levels = levels ?? Self.usualLevels
  }

  /// What to ask for next; `nil` when the server was asked already and did not give it.
  mutating func request(for missing: GitError, support: FetchSupport) -> FetchRequest? {
    let isPartial = support.filter && support.anyObject && !asksForEverything
    let isCommit = missing.objects == [tip]
    if isPartial, asked.isDisjoint(with: missing.objects) {
      asked.formUnion(missing.objects)
      return FetchRequest(
        wants: missing.objects, depth: isCommit && support.shallow ? 1 : nil,
        // The entries of a directory that may be wide are not wanted with it.
        filter: .treeDepth(isCommit ? levels : missing.levelsBelow))
    }
    guard let tip, !askedForEverything else { return nil }
    askedForEverything = true
    return FetchRequest(wants: [tip], depth: support.shallow ? 1 : nil)
  }

  /// Takes everything back that was asked for: it has gone with the place where it was kept.
  mutating func restart(after losses: Int) {
    guard losses != self.losses else { return }
    self.losses = losses
    asked = []
    askedForEverything = false
  }

  func hasAsked(for missing: GitError) -> Bool { !asked.isDisjoint(with: missing.objects) }

  /// Takes back that objects were asked for.
  mutating func forget(_ missing: GitError) { asked.subtract(missing.objects) }
}
