internal import Git
internal import GitTransport
internal import Logging
internal import Support

/// Fetches objects from the remote into the stored objects.
///
/// Not `Sendable`: it belongs to the `ObjectCache`.
struct ObjectFetcher {
  let branch: RemoteBranch
  let stored: StoredObjects

  /// Makes the next request for missing objects.
  ///
  /// - Throws: `TipWithheld` when the server does not hand out the commit any more; the given error
  ///   when no request is left; `LandingError` or `GitError` when another request would not help.
  func fetch(
    _ missing: GitError, for planner: inout FetchPlanner, deadline: ContinuousClock.Instant
  ) async throws {
    let known = branch.remote.knownFetchSupport
    // Most servers support all of it, so that asking them first would only cost a round trip.
    let support = known ?? FetchSupport(shallow: true, filter: true, anyObject: true)
    guard
      let request = planner.request(for: missing, support: support, tips: stored.fetchedTips())
    else {
      guard let tip = planner.tip, planner.tipIsWithheld else { throw missing }
      throw TipWithheld(tip: tip, description: branch.description)
    }
    do {
      try await take(request, deadline: deadline)
      if let tip = planner.fetchedTip { stored.record { $0.add(tip) } }
    } catch let error as TransportError {
      if known == nil, error.code == .unsupported, branch.remote.knownFetchSupport != nil {
        planner.forgetLast()
        return try await fetch(missing, for: &planner, deadline: deadline)
      }
      guard planner.goesOn(after: error.code) else { throw error.landingError }
      log(error, of: request)
    } catch let error as GitError {
      guard !error.isOfTheMachine, error.code != .interrupted, planner.goesOn(after: nil) else {
        throw error
      }
      log(error, of: request)
      if request.filter == .blobNone { stored.record { $0.lackDeltaBases = true } }
    }
  }

  /// Fetches commits from a tip on, with their trees and blobs, or without them.
  ///
  /// - Throws: `LandingError`.
  func fetchCommits(
    from tip: ObjectID, depth: Int, alone: Bool = false, deadline: ContinuousClock.Instant
  ) async throws {
    do {
      for request in try await requests(from: tip, depth, alone: alone, deadline) {
        switch try await answer(to: request, deadline: deadline) {
        case .taken:
          if request.filter == .none { stored.record { $0.add(.init(id: tip, isWhole: true)) } }
          return
        case .unusable: continue
        case .withheld:
          let branchRequest = FetchRequest(
            reference: branch.reference,
            depth: request.depth.map { $0 + FetchPlanner.branchDepth }, filter: request.filter)
          guard try await answer(to: branchRequest, deadline: deadline) == .taken else {
            throw TipWithheld(tip: tip, description: branch.description).landingError
          }
          return
        }
      }
    } catch let error as any LandingFailure {
      throw error.landingError
    }
  }

  /// The requests that can fetch commits, the cheapest one first.
  private func requests(
    from tip: ObjectID, _ depth: Int, alone: Bool, _ deadline: ContinuousClock.Instant
  ) async throws -> [FetchRequest] {
    let support = try await branch.retrying(until: deadline) {
      try await branch.remote.fetchSupport(deadline: deadline)
    }
    let depth = support.shallow ? depth : nil
    var requests = [FetchRequest(wants: [tip], depth: depth)]
    // For the history of a commit, the commit itself may be among those that are here.
    let tips = stored.fetchedTips()
    let haves = alone ? tips.tips.filter(\.isWhole).map(\.id) : tips.whole(for: tip)
    if !haves.isEmpty, depth != nil {
      requests.insert(FetchRequest(wants: [tip], depth: depth, haves: haves), at: 0)
    }
    if alone, support.filter, support.anyObject {
      requests.insert(FetchRequest(wants: [tip], depth: depth, filter: .treeDepth(0)), at: 0)
    }
    return requests
  }

  private enum Answer {
    case taken
    /// The server does not hand out the objects.
    case withheld
    /// The server cannot compute the difference, or does not support the filter.
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
      if isPlain || FetchPlanner.isFinal(error.code) { throw error }
      log(error, of: request)
    } catch let error as GitError
      where !isPlain && !error.isOfTheMachine && error.code != .interrupted
    {
      log(error, of: request)
    }
    return .unusable
  }

  /// Fetches objects and stores them; where the disk does not take them, in another place.
  private func take(
    _ request: FetchRequest, deadline: ContinuousClock.Instant
  ) async throws {
    while true {
      do {
        return try await takeOnce(request, deadline: deadline)
      } catch let error as GitError where error.isOfTheMachine {
        guard stored.replacePlace(because: error) else { throw error }
      }
    }
  }

  private func takeOnce(
    _ request: FetchRequest, deadline: ContinuousClock.Instant
  ) async throws {
    let limit = branch.limit(deadline)
    let observer = ProgressStep.observer
    let (intake, byteCount) = try await branch.retrying(until: deadline) {
      let intake = try PackIntake(into: stored.open()) { limit.isLeft }
      let byteCount = try await branch.remote.fetch(request, deadline: deadline) {
        observer?(.received(bytes: $0.count))
        try intake.append($0)
      }
      return (intake, byteCount)
    }
    try intake.finish()
    branch.logger.debug(
      "fetched",
      metadata: [
        "fetch.wants": "\(request.wants.count)", "fetch.haves": "\(request.haves.count)",
        "fetch.objects": "\(intake.objectCount)", "fetch.bytes": "\(byteCount)",
      ])
  }

  private func log(_ error: any Error, of request: FetchRequest) {
    branch.logger.debug(
      "fetch failed, asking in another way",
      metadata: [
        "error.message": "\(error)", "fetch.haves": "\(request.haves.count)",
        "fetch.filter": "\(request.filter)",
      ])
  }
}
