internal import Git
internal import Kratix
internal import Manifests

extension StateStores {
  /// The names of the Works that a clean-up removes, by the names of their state files, as far as
  /// the commits that last wrote those tell.
  ///
  /// - Throws: `LandingError`.
  func workNames(
    for request: LandingRequest, in store: StateStore, _ options: LandingOptions
  ) async throws -> [String: String] {
    guard case .cleanUp(let name) = request.intent, let destination = platform.destinations[name],
      destination.filepathMode == .none, destination.isStored(in: request.stateStore),
      let tip = try await store.tip(deadline: options.deadline)
    else { return [:] }
    let standing = try await store.read(tip, deadline: options.deadline) { snapshot in
      try snapshot.placements(at: destination, in: request.stateStore)
    }
    let changes = try await store.lastChanges(
      of: standing.map(\.path), from: tip, deadline: options.deadline)
    var names: [String: String] = [:]
    for contents in standing {
      guard let stateFile = contents.stateFile, let change = changes[contents.path]
      else { continue }
      names[stateFile.text] = contents.placement.workName(in: change.commit.subject)
    }
    return names
  }
}

extension Placement {
  /// The Work's name in the subject of a commit that wrote or removed a placement of this group at
  /// this Destination; `nil` for any other subject.
  func workName(in subject: String) -> String? {
    let place = ".\(destination.name)-\(group.shortID)"
    guard let word = subject.parts(separatedBy: " ").last, word.ends(with: place) else {
      return nil
    }
    return String(word).dropping(suffix: place)
  }
}
