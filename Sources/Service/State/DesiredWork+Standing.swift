internal import Kratix
internal import Landing

extension DesiredWork {
  /// What is known to stand of it in the other state stores; `nil` when one was never asked.
  func standing(
    _ wanted: Work, on platform: Platforms.Version, elsewhereThan store: String
  ) -> [StandingPlacement]? {
    var standing: [StandingPlacement] = []
    for other in platform.storeNames where other != store {
      guard let receipt = results.first(where: { $0.store == other })?.receipt else { return nil }
      for placement in receipt.placements where placement.outcome != .removed {
        guard let destination = platform.stores.platform.destinations[placement.destination] else {
          continue
        }
        // Every mode has the group's five digits at the end of the name, and not all in the path.
        standing.append(
          StandingPlacement(
            work: wanted.identity, destination: destination,
            shortID: String(placement.name.suffix(5))))
      }
    }
    return standing
  }
}
