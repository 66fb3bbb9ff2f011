internal import Git
internal import Kratix

extension StateStores {
  /// Lands the canary files of all Destinations that want them, and makes branches that are
  /// missing where the options allow it.
  ///
  /// - Parameter landed: Called with each receipt as soon as it is there.
  /// - Throws: `LandingError`.
  public func landCanaries(options: LandingOptions, landed: (Receipt) -> Void) async throws {
    for description in platform.stateStores.values.sorted(by: { $0.name < $1.name }) {
      let (store, _) = try store(description.name)
      var options = options
      options.authorName = description.authorName
      options.authorEmail = description.authorEmail
      let destinations = platform.destinations(in: description).filter(\.hasInitWorkloads)
      landed(
        try await store.land(options: options) { _ in
          try destinations.map { try Change.canary(of: $0, in: description) }
        })
    }
  }
}

extension Change {
  /// Writes the canary files of a Destination; nothing else there is touched.
  static func canary(
    of destination: Destination, in store: GitStateStore
  ) throws(LandingError) -> Change {
    let files = try landing { () throws(KratixError) in
      try Canary.files(of: destination, in: store)
    }
    var paths: [(StatePath, [UInt8])] = []
    for file in files {
      paths.append(
        (try landing { () throws(UnsafePath) in try StatePath(file.path) }, file.content))
    }
    let checked = paths
    return Change(
      name: Canary.name, destination: destination.name, claims: checked.map(\.0),
      trailers: [Trailer("Kratix-Destination", destination.name)]
    ) { _, objects in
      var edit = Edit()
      for (path, content) in checked {
        let blob = try objects.add(.blob, content)
        try edit.edits.write(path, blob)
        edit.files.append(
          Receipt.File(path: path.description, blob: blob, size: content.count))
      }
      return edit
    }
  }
}
