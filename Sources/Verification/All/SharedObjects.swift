internal import Kratix
internal import Landing

/// Objects that two resources of one Destination hold: each write of the one is undone by the
/// other's.
struct SharedObjects {
  /// How many are told of: they have one cause.
  private static let most = 100

  /// The numbers of two resources each, the later one first.
  private(set) var pairs: [(later: Int, earlier: Int, key: ObjectKey)] = []

  /// - Parameter keys: The objects of each resource.
  init(_ keys: [[ObjectKey]]) {
    var owners: [ObjectKey: Int] = [:]
    owners.reserveCapacity(keys.reduce(0) { $0 + $1.count })
    for (index, keys) in keys.enumerated() {
      for key in keys {
        guard let owner = owners[key] else {
          owners[key] = index
          continue
        }
        if owner != index, pairs.count < Self.most { pairs.append((index, owner, key)) }
      }
    }
  }

  /// What is held against the later one of each two.
  ///
  /// - Parameter resources: What stands of each resource, read again.
  func findings(among resources: [Int: LandedResource]) -> [(resource: Int, finding: Finding)] {
    pairs.compactMap { pair in
      guard
        let object = resources[pair.later]?.objects.first(where: { ObjectKey($0) == pair.key }),
        let other = resources[pair.earlier]?.objects.first(where: { ObjectKey($0) == pair.key })
      else { return nil }
      let finding = object.finding(
        .duplicateResource, expected: "one document", actual: "another one at \(other.place)",
        cause: "two resources hold the same object: its name does not tell them apart",
        remedy: "build its name from the request's, or let the Promise's dependencies hold it")
      return (pair.later, finding)
    }
  }
}
