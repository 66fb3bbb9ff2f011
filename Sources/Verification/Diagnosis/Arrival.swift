internal import Foundation
internal import Kratix
internal import Landing
internal import Manifests

/// An object that is so new that what follows from it may still be on its way.
struct Arrival {
  private let title: String
  private let seconds: Int

  /// - Returns: `nil` for an object that was made, and run, longer ago than the evidence's `patience`.
  init?(_ title: String, _ node: Node, _ evidence: Evidence) {
    let moments = ["/metadata/creationTimestamp", "/spec/lastExecutionTimestamp"]
      .compactMap { node.value(at: $0)?.scalarText }
      .compactMap { try? Date($0, strategy: .iso8601) }
    guard let last = moments.max() else { return nil }
    // The clock of the cluster may be ahead.
    let age = max(0, evidence.now.timeIntervalSince(last))
    guard age < evidence.patience else { return nil }
    self.title = title
    seconds = Int(age)
  }

  var text: String {
    "\(title) is \(seconds) second\(seconds == 1 ? "" : "s") old, and may still be on its way"
  }
}

extension Evidence {
  /// What of the request may still be on its way to the state store.
  var arrival: Arrival? {
    let objects = (placements + dumpedWorks).map { ($0.title, $0.node) }
    let own = request.map { [("the request", $0.node)] } ?? []
    return (objects + own).lazy.compactMap { Arrival($0.0, $0.1, self) }.first
  }
}

extension Outcome {
  /// Whether the server could not be reached, which another client may do.
  var isOfTheWay: Bool { self == .unreachable || self == .timedOut }
}
