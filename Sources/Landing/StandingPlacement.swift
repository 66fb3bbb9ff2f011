internal import Git
public import Kratix

/// A placement that stands in the repository now, whoever wrote it.
public struct StandingPlacement: Sendable, Hashable, Codable {
  /// The Work that it is of, by its identity.
  public let work: String
  /// Where it stands.
  public let destination: Destination
  /// The five digits of its group.
  public let shortID: String

  /// Says where a group stands.
  public init(work: String, destination: Destination, shortID: String) {
    self.work = work
    self.destination = destination
    self.shortID = shortID
  }
}

extension Snapshot {
  /// The placements of a Work that stand in the state store.
  ///
  /// - Throws: `GitError`, and `LandingError` when a Destination's path is not safe.
  public func standing(
    of work: Work, at destinations: [Destination], in store: GitStateStore
  ) throws -> [StandingPlacement] {
    var directories: [StatePath: Destination] = [:]
    for destination in destinations {
      let directory = try work.directory(at: destination, in: store)
      directories[try StatePath(directory)] = destination
    }
    // A request's own directory holds one for each pipeline; the one above it holds all requests.
    let found = try trees(at: directories.keys, lastLevels: 1)
    return found.flatMap { path, tree in
      tree.entries.filter { $0.mode.isDirectory && Self.isShortID($0.name) }.compactMap { entry in
        directories[path].map {
          StandingPlacement(work: work.identity, destination: $0, shortID: entry.name)
        }
      }
    }
    .sorted { ($0.destination.name, $0.shortID) < ($1.destination.name, $1.shortID) }
  }

  private static func isShortID(_ name: String) -> Bool {
    name.utf8.count == 5 && name.allSatisfy { $0.isHexDigit && !$0.isUppercase }
  }
}
