import Git
import Landing

extension Receipt {
  /// What landed where, for a person.
  var text: String {
    var lines: [String] = []
    for placement in placements {
      let files = placement.files.count
      let count = files == 1 ? "1 file" : "\(files) files"
      let misplaced = placement.misplaced ? ", misplaced: the selectors no longer choose it" : ""
      lines.append("\(placement.outcome.rawValue)  \(placement.name)")
      lines.append("  \(placement.destination): \(placement.path) (\(count)\(misplaced))")
      for place in placement.movedFrom ?? [] {
        lines.append("  moved from \(place.destination): \(place.path)")
      }
    }
    if placements.isEmpty { lines.append("unchanged  nothing of it is there") }
    let pushes = attempts == 1 ? "1 push" : "\(attempts) pushes"
    lines.append(
      "  read back: commit \(commit.abbreviated) on \(stateStore.branch) of \(stateStore.url), \(pushes)"
    )
    return lines.joined(separator: "\n") + "\n"
  }
}
