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
  ///   - deadline: When to stop.
  ///   - body: What to do with the objects.
  /// - Throws: `LandingError`, or what the body throws.
  func withObjects<Value>(
    from tip: ObjectID?, deadline: ContinuousClock.Instant,
    _ body: (any ObjectReader) throws -> Value
  ) async throws -> Value {
    do {
      return try await withObjects(ofTip: tip, deadline: deadline, body)
    } catch let error as TipWithheld {
      throw error.landingError
    }
  }

  /// The same for a commit that the branch named a moment ago, and can be looked up again.
  ///
  /// - Parameters:
  ///   - tip: The commit that the branch named.
  ///   - levels: How many levels of trees are fetched with it; `nil` for the usual number.
  ///   - mustBeNewest: Whether the reading is useless once the branch names another commit. If not,
  ///     objects that the server does not hand out by their ids are fetched with the branch's newest
  ///     commits.
  ///   - deadline: When to stop.
  ///   - body: What to do with the objects.
  /// - Throws: `TipWithheld` when the server does not hand out the commit any more, `LandingError`,
  ///   or what the body throws.
  func withObjects<Value>(
    ofTip tip: ObjectID?, levels: Int? = nil, mustBeNewest: Bool = false,
    deadline: ContinuousClock.Instant, _ body: (any ObjectReader) throws -> Value
  ) async throws -> Value {
    var search = ObjectSearch(
      tip: tip, of: reference, levels: levels, mustBeNewest: mustBeNewest)
    var remedies = Remedy.all
    while true {
      do {
        return try await attempt(&search, deadline: deadline, body)
      } catch is Incomplete {
        continue
      } catch let error as GitError {
        guard try heal(&remedies, because: error) else { throw error.landingError }
      } catch let error as TipWithheld {
        throw error
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
    _ search: inout ObjectSearch, deadline: ContinuousClock.Instant,
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
    _ missing: GitError, for search: inout ObjectSearch, deadline: ContinuousClock.Instant
  ) async throws {
    let known = remote.knownFetchSupport
    // Most servers offer all of it: asking them first would be a round more.
    let support = known ?? FetchSupport(shallow: true, filter: true, anyObject: true)
    guard let request = search.request(for: missing, support: support, tips: fetchedTips()) else {
      guard let tip = search.tip, search.tipIsWithheld else { throw missing }
      throw TipWithheld(tip: tip, description: description)
    }
    do {
      try await take(request, deadline: deadline)
      if let tip = search.fetchedTip { record { $0.add(tip) } }
    } catch let error as TransportError {
      if known == nil, error.code == .unsupported, remote.knownFetchSupport != nil {
        search.forgetLast()
        return try await fetch(missing, for: &search, deadline: deadline)
      }
      guard search.goesOn(after: error.code) else { throw error.landingError }
      note(error, of: request)
    } catch let error as GitError {
      guard !error.isOfTheMachine, error.code != .interrupted, search.goesOn(after: nil) else {
        throw error
      }
      note(error, of: request)
      if request.filter == .blobNone { record { $0.lackDeltaBases = true } }
    }
  }

  private func note(_ error: any Error, of request: FetchRequest) {
    logger.debug(
      "fetch failed, asking in another way",
      metadata: [
        "error.message": "\(error)", "fetch.haves": "\(request.haves.count)",
        "fetch.filter": "\(request.filter)",
      ])
  }

  /// Fetches commits, with all that they hold or alone, from a tip on.
  ///
  /// - Throws: `LandingError`.
  func fetchCommits(
    from tip: ObjectID, depth: Int, alone: Bool = false, deadline: ContinuousClock.Instant
  ) async throws {
    do {
      let support = try await surroundings.retrying(until: deadline, logger: logger) {
        try await remote.fetchSupport(deadline: deadline)
      }
      let depth = support.shallow ? depth : nil
      var requests = [FetchRequest(wants: [tip], depth: depth)]
      // For its history a commit may be named that is here itself.
      let haves =
        alone ? fetchedTips().tips.filter(\.isWhole).map(\.id) : fetchedTips().whole(for: tip)
      if !haves.isEmpty, depth != nil {
        requests.insert(FetchRequest(wants: [tip], depth: depth, haves: haves), at: 0)
      }
      if alone, support.filter, support.anyObject {
        requests.insert(FetchRequest(wants: [tip], depth: depth, filter: .treeDepth(0)), at: 0)
      }
      for request in requests {
        switch try await answer(to: request, deadline: deadline) {
        case .taken:
          if request.filter == .none { record { $0.add(.init(id: tip, isWhole: true)) } }
          return
        case .unusable: continue
        case .withheld:
          let branch = FetchRequest(
            reference: reference, depth: depth.map { $0 + ObjectSearch.branchDepth },
            filter: request.filter)
          guard try await answer(to: branch, deadline: deadline) == .taken else {
            throw TipWithheld(tip: tip, description: description).landingError
          }
          return
        }
      }
    } catch let error as any LandingFailure {
      throw error.landingError
    }
  }

  private enum Answer {
    case taken
    /// The server does not hand out the objects.
    case withheld
    /// The server cannot make the difference, or leave anything out.
    case unusable
  }

  private func answer(
    to request: FetchRequest, deadline: ContinuousClock.Instant
  ) async throws -> Answer {
    let isPlain = request.haves.isEmpty && request.filter == .none
    do {
      try await take(request, deadline: deadline)
      return .taken
    } catch let error as TransportError {
      if error.code == .objectNotFound { return .withheld }
      if isPlain || ObjectSearch.isFinal(error.code) { throw error }
      note(error, of: request)
    } catch let error as GitError
      where !isPlain && !error.isOfTheMachine && error.code != .interrupted
    {
      note(error, of: request)
    }
    return .unusable
  }

  /// Fetches objects to where they are kept; where the disk does not take them, to another place.
  private func take(
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
    let (intake, result) = try await surroundings.retrying(until: deadline, logger: logger) {
      let intake = try PackIntake(into: openDatabase()) { limit.isLeft }
      return (
        intake, try await remote.fetch(request, deadline: deadline) { try intake.append($0) }
      )
    }
    try intake.finish()
    logger.debug(
      "fetched",
      metadata: [
        "fetch.wants": "\(request.wants.count)", "fetch.haves": "\(request.haves.count)",
        "fetch.objects": "\(intake.objectCount)", "fetch.bytes": "\(result.packBytes)",
      ])
  }

  /// The commits that are in the cache, after what was pushed has been put there.
  private func fetchedTips() -> FetchedTips {
    store()
    // The record is of the cache alone.
    guard places.first == cache else { return FetchedTips() }
    let tips = cache.fetchedTips(of: description.url, reference)
    guard !tips.tips.isEmpty, let database = try? openDatabase() else { return FetchedTips() }
    return tips.filter(database.contains)
  }

  /// Records which commits are in the cache.
  func record(_ change: (inout FetchedTips) -> Void) {
    guard places.first == cache else { return }
    var tips = cache.fetchedTips(of: description.url, reference)
    change(&tips)
    cache.write(tips, of: description.url, reference)
  }
}

/// A reading lacked objects, which are here now.
private struct Incomplete: Error {}
