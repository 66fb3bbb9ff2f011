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
    while true {
      do {
        return try await attempt(&search, deadline: deadline, body)
      } catch is Incomplete {
        continue
      } catch let error as GitError where error.code == .interrupted {
        throw error.landingError
      } catch let error as GitError {
        // Another process may have put the packs together that were open here.
        if !search.hasReopened {
          search.hasReopened = true
          closeDatabase()
          continue
        }
        // Whatever the disk holds can be had again, once.
        guard !search.hasDiscardedCache else { throw error.landingError }
        logger.notice("cache damaged, made anew", metadata: ["error.message": "\(error)"])
        search = Search(tip: tip, levels: levels)
        search.hasReopened = true
        search.hasDiscardedCache = true
        discardCache()
      } catch let error as any LandingFailure {
        throw error.landingError
      }
    }
  }

  /// Runs a reading once, and fetches what it lacked.
  private func attempt<Value>(
    _ search: inout Search, deadline: ContinuousClock.Instant,
    _ body: (any ObjectReader) throws -> Value
  ) async throws -> Value {
    do {
      return try body(
        Overlay(unsaved, over: recent.reader(over: try openDatabase())))
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

  private func fetch(
    _ missing: GitError, for search: inout Search, deadline: ContinuousClock.Instant
  ) async throws {
    let known = remote.knownFetchSupport
    do {
      // Most servers offer all of it: asking them first would be a round more.
      let support = known ?? FetchSupport(shallow: true, filter: true, anyObject: true)
      guard let request = search.request(for: missing, support: support) else {
        throw missing.landingError
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

  func take(
    _ request: FetchRequest, deadline: ContinuousClock.Instant
  ) async throws {
    let intake = try PackIntake(into: openDatabase())
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
  var hasDiscardedCache = false
  /// Whether the server is to leave nothing out.
  var asksForEverything = false
  private var asked: Set<ObjectID> = []
  private var askedForEverything = false

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

  func hasAsked(for missing: GitError) -> Bool { !asked.isDisjoint(with: missing.objects) }

  /// Takes back that objects were asked for.
  mutating func forget(_ missing: GitError) { asked.subtract(missing.objects) }
}
