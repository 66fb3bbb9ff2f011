internal import Git
internal import Kratix
internal import Landing

/// Where something of a resource stands, or would stand.
struct Place: Sendable {
  /// How it stands there.
  enum Content: Sendable {
    /// In a directory that would belong to the resource alone; with the tree that stands there,
    /// where that is known already.
    case directory(StatePath, tree: ObjectID?)
    /// Among what belongs to others.
    case shared(SharedPlacement)
  }

  let destination: Destination
  let content: Content

  /// The directory, or the state file.
  var path: StatePath {
    switch content {
    case .directory(let directory, _): directory
    case .shared(let placement): placement.path
    }
  }

  /// How a report names it while what is in it is not known in detail.
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

  /// What is the same as long as everything that stands there is.
  ///
  /// A directory's path follows from the resource's names and the Destination's own path.
  var identityOfContent: [UInt8] {
    switch content {
    case .directory(_, let tree): tree?.bytes ?? []
    case .shared(let placement): placement.identityOfContent
    }
  }
}
