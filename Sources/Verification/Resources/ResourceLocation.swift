internal import Git
internal import Kratix
internal import Landing

/// Where files of a resource are, or would be, at one Destination.
struct ResourceLocation: Sendable {
  /// How the files are kept there.
  enum Content: Sendable {
    /// In a directory of the resource's own; with the tree of the directory, if it is known already.
    case directory(StatePath, tree: ObjectID?)
    /// In a directory that placements of other resources share.
    case shared(SharedPlacement)
  }

  let destination: Destination
  let content: Content

  init(destination: Destination, content: Content) {
    self.destination = destination
    self.content = content
  }

  /// A directory that was found.
  init(_ place: ResourceDirectories.Place) {
    self.init(
      destination: place.destination, content: .directory(place.path, tree: place.tree))
  }

  /// The directory, or the state file.
  var path: StatePath {
    switch content {
    case .directory(let directory, _): directory
    case .shared(let placement): placement.path
    }
  }

  /// How a report names the placement before its files are read.
  var reported: ResourceReport.Placement {
    switch content {
    case .directory(let directory, _):
      ResourceReport.Placement(destination: destination.name, path: directory.description)
    case .shared(let placement):
      ResourceReport.Placement(
        destination: destination.name, path: placement.path.description,
        files: placement.files.keys.sorted().map(\.text))
    }
  }

  /// Bytes that change if and only if the files change.
  ///
  /// A directory's path follows from the resource's names and the Destination's own path.
  var identityOfContent: [UInt8] {
    switch content {
    case .directory(_, let tree): tree?.bytes ?? []
    case .shared(let placement): placement.identityOfContent
    }
  }
}
