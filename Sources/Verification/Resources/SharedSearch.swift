internal import Kratix
internal import Landing

/// The search for requests' resources where placements share their Destination's directory.
struct SharedSearch {
  private var listings: [SharedListing] = []

  /// Lists the Destinations that any of the searches is for, each once.
  init(_ searches: [ResourceSearch], in snapshot: Snapshot) throws {
    guard let search = searches.first(where: { !$0.sharedDestinations.isEmpty }) else { return }
    listings = try search.sharedDestinations.map { destination in
      try SharedListing(
        of: destination, in: search.stateStore, platform: search.platform, snapshot)
    }
  }

  /// Where a request's resource stands, and why it may stand elsewhere too.
  func places(of search: ResourceSearch) -> (places: [ResourceLocation], doubts: [String]) {
    guard !search.sharedDestinations.isEmpty else { return ([], []) }
    var places: [ResourceLocation] = []
    var doubts: [String] = []
    for listing in listings {
      let own = listing.placements.filter { $0.isOwn(of: search) }
      places += own.map { ResourceLocation(destination: $0.destination, content: .shared($0)) }
      doubts += listing.doubts(about: search, isFound: !own.isEmpty)
    }
    return (places, doubts)
  }
}

extension SharedPlacement {
  fileprivate func isOwn(of search: ResourceSearch) -> Bool {
    // Of a file that Kratix wrote, what the expectations name is taken out later; whoever may see
    // their own alone could name anything.
    guard let stateFile else { return search.hasExpectations && !search.showsOnlyOwn }
    return search.works.contains { stateFile.name(ifOf: $0) != nil }
  }
}

extension SharedListing {
  fileprivate func doubts(about search: ResourceSearch, isFound: Bool) -> [String] {
    guard !isFound, !placements.isEmpty || !faults.isEmpty else { return [] }
    let place = "Destination \(destination.name), whose placements share one directory"
    if placements.contains(where: { $0.stateFile == nil }) {
      return [
        "nothing of \(place), tells which documents of its file are whose: an Expectation for the "
          + "Promise \(search.promiseName) would"
      ]
    }
    if search.promise == nil {
      return ["it may be at \(place): the Promise's pipelines, by which it is known, are not known"]
    }
    if !faults.isEmpty {
      return ["it may be at \(place): a state file there cannot be read"]
    }
    let isPossible = placements.contains { placement in
      search.works.contains { placement.stateFile?.isPossibly(of: $0) == true }
    }
    return isPossible
      ? ["it may be at \(place): its Work's name is cut, and may be another request's"] : []
  }
}
