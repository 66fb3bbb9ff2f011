internal import Kratix
internal import Manifests

/// The placements that one landing writes to, or removes from, Destinations of the mode
/// `aggregatedYAML`, by their state files' paths.
///
/// Who knows all that a shared file is to hold in the end may take over one that Kratix has written.
struct AggregateBatch: Sendable {
  /// What each adds in the end; `nil` for what goes.
  private(set) var states: [String: PlacementState?] = [:]
  /// Whether the shared files go with all that is in them, known or not.
  var takesWholeFiles = false
  /// Whether what nobody accounts for gives way to what the state files say.
  var restoresSharedFiles = false

  mutating func write(_ placement: Placement) {
    for name in placement.stateFileNames { set(nil, for: name, at: placement) }
    set(PlacementState(placement), for: StateFileName(placement), at: placement)
  }

  mutating func remove(_ placement: Placement) {
    for name in placement.stateFileNames { set(nil, for: name, at: placement) }
  }

  private mutating func set(
    _ state: PlacementState?, for name: StateFileName, at placement: Placement
  ) {
    states["\(placement.destination.name)/\(name.text)"] = .some(state)
  }

  /// Whether the landing itself says what becomes of a placement.
  func concerns(_ name: StateFileName, at destination: Destination) -> Bool {
    states["\(destination.name)/\(name.text)"] != nil
  }

  /// What a Destination's file is to hold in the end, given what stands.
  func states(
    after standing: [StateFileName: PlacementState], at destination: Destination
  ) -> [PlacementState] {
    var result = Dictionary(uniqueKeysWithValues: standing.map { ($0.key.text, $0.value) })
    let place = destination.name + "/"
    for (key, state) in states where key.begins(with: place) {
      result[key.dropping(prefix: place)] = state
    }
    return Array(result.values)
  }
}
