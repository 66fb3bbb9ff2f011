internal import Git
internal import Kratix

/// Lands a request in several state stores: each is read once, all plans are made on what was read
/// before anything is pushed, and only those are pushed to that the request concerns.
///
/// No transaction spans two repositories: each plan is made anew on the branch that the push
/// meets, beside what was read of the others.
struct MultiStoreLanding {
  /// A state store, as it was read.
  private struct Site {
    let store: StateStore
    let description: GitStateStore
    /// The commit of its branch; `nil` when there is none.
    var tip: ObjectID?
    /// What the plans of the others have to know of it.
    var existing = Elsewhere()
  }

  private let request: MultiStoreRequest
  private let stores: [(store: StateStore, description: GitStateStore)]
  private let options: LandingOptions

  init(
    of request: MultiStoreRequest,
    in stores: [(store: StateStore, description: GitStateStore)], options: LandingOptions
  ) {
    self.request = request
    self.stores = stores
    self.options = options
  }

  /// Lands it, and gives each receipt as soon as it is there.
  ///
  /// - Throws: `LandingError`.
  func run(_ landed: (Receipt) -> Void) async throws {
    do {
      var sites = try await sites(forPush: true)
      try await rehearse(sites)
      try await write(&sites, landed)
      // What moves between state stores is written to one before it leaves the other.
      if request.steering.relocates { try await removeMoved(&sites, landed) }
      try await requireDestinations(sites)
    } catch {
      await closeUnused()
      throw error
    }
    await closeUnused()
  }

  /// What it would change in each state store; nothing is pushed.
  ///
  /// - Throws: `LandingError`.
  func previews() async throws -> [Preview] {
    let sites = try await sites(forPush: false)
    var previews: [Preview] = []
    for index in sites.indices {
      previews.append(
        try await sites[index].store.preview(
          request(for: index, of: sites), on: sites[index].tip, options: options))
    }
    return previews
  }

  private func sites(forPush: Bool) async throws -> [Site] {
    var sites: [Site] = []
    for (store, description) in stores {
      let request = request.request(for: description)
      let opensPush = forPush && self.request.opensPush(to: description)
      let (tip, existing) = try await store.readNewest(
        opensPush: opensPush, deadline: options.deadline
      ) { try request.existing(on: $0) }
      sites.append(Site(store: store, description: description, tip: tip, existing: existing))
    }
    return sites
  }

  /// What becomes of one state store, beside what was read of the others.
  private func request(for index: Int, of sites: [Site]) -> LandingRequest {
    var elsewhere = Elsewhere()
    for other in sites.indices where other != index { elsewhere.add(sites[other].existing) }
    return request.request(for: sites[index].description, elsewhere: elsewhere)
  }

  /// Refuses what one of them would refuse before another holds a part of it.
  private func rehearse(_ sites: [Site]) async throws {
    for index in sites.indices {
      _ = try await rehearsal(
        of: request(for: index, of: sites), at: sites[index], isPreview: true)
    }
  }

  /// - Returns: `nil` where it cannot be said now; the landing says why.
  private func rehearsal(
    of request: LandingRequest, at site: Site, isPreview: Bool
  ) async throws -> Rehearsal? {
    do {
      return try await site.store.rehearse(
        request, on: site.tip, isPreview: isPreview, options: options)
    } catch let error as LandingError {
      guard error.outcome.meaning.writeStatus == Outcome.unreachable.meaning.writeStatus else {
        throw error
      }
      return nil
    }
  }

  private func write(_ sites: inout [Site], _ landed: (Receipt) -> Void) async throws {
    for index in sites.indices {
      let request = request(for: index, of: sites)
      let rehearsal = try await rehearsal(of: request, at: sites[index], isPreview: false)
      if let rehearsal, !rehearsal.hasChanges { continue }
      let receipt = try await land(request, in: &sites[index])
      if !receipt.placements.isEmpty { landed(receipt) }
    }
  }

  private func removeMoved(_ sites: inout [Site], _ landed: (Receipt) -> Void) async throws {
    for index in sites.indices {
      let request = request(for: index, of: sites)
      let rehearsal = try await rehearsal(of: request, at: sites[index], isPreview: false)
      if let rehearsal, rehearsal.isDone { continue }
      let receipt = try await land(request, in: &sites[index])
      if receipt.outcome != .unchanged { landed(receipt) }
    }
  }

  private func land(_ request: LandingRequest, in site: inout Site) async throws -> Receipt {
    let receipt = try await site.store.land(request, options: options)
    site.tip = receipt.commit
    if self.request.steering.relocates {
      site.existing = try await site.store.read(receipt.commit, deadline: options.deadline) {
        try request.existing(on: $0)
      }
    }
    return receipt
  }

  /// Says what has no Destination, after all else has landed.
  private func requireDestinations(_ sites: [Site]) async throws {
    guard request.steering.allowsUnscheduled, request.isWrite else { return }
    // Any of them does: each request has what the others hold.
    let index = sites.indices.first { sites[$0].tip != nil } ?? 0
    let request = request(for: index, of: sites)
    guard let tip = sites[index].tip else {
      _ = try await sites[index].store.readNewest(deadline: options.deadline) {
        try request.requireDestinations(on: $0)
      }
      return
    }
    try await sites[index].store.read(tip, deadline: options.deadline) {
      try request.requireDestinations(on: $0)
    }
  }

  private func closeUnused() async {
    for (store, _) in stores { await store.closeUnused() }
  }
}
