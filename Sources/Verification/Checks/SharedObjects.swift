internal import Kratix
internal import Landing

/// Objects that two resources of one Destination hold: each overwrites the object of the other.
struct SharedObjects {
  /// How many are reported: they have one cause.
  private static let most = 100

  /// The numbers of two resources each, the later one first.
  private(set) var pairs: [(later: Int, earlier: Int, key: ObjectKey)] = []

  /// - Parameter keys: The objects of each resource.
  init(_ keys: [[ObjectKey]]) {
    var held: [(key: UInt64, resource: Int)] = []
    held.reserveCapacity(keys.reduce(0) { $0 + $1.count })
    for (resource, keys) in keys.enumerated() {
      for key in keys { held.append((key.rawValue, resource)) }
    }
    // Sorting finds them faster than a dictionary of a million keys.
    held.sort { ($0.key, $0.resource) < ($1.key, $1.resource) }
    var owner = held.first
    for next in held.dropFirst() {
      guard let first = owner, first.key == next.key else {
        owner = next
        continue
      }
      guard first.resource != next.resource else { continue }
      pairs.append((next.resource, first.resource, ObjectKey(rawValue: next.key)))
    }
    pairs.sort { ($0.later, $0.key.rawValue) < ($1.later, $1.key.rawValue) }
    pairs.removeLast(max(0, pairs.count - Self.most))
  }

  /// The findings, each for the later of the two resources.
  ///
  /// - Parameter resources: The resources, read again.
  func findings(among resources: [Int: LandedResource]) -> [(resource: Int, finding: Finding)] {
    pairs.compactMap { pair in
      guard
        let object = resources[pair.later]?.objects.first(where: { ObjectKey($0) == pair.key }),
        let other = resources[pair.earlier]?.objects.first(where: { ObjectKey($0) == pair.key })
      else { return nil }
      return (pair.later, DuplicateResource.finding(of: object, alsoHeldAs: other))
    }
  }
}
