package import Foundation
import Git
import Landing
import Support
package import Verification

extension Inventory {
  private static func resource(_ holding: Holding) -> String {
    guard !holding.name.isEmpty else { return "(dependencies)" }
    return holding.namespace.isEmpty ? holding.name : "\(holding.namespace)/\(holding.name)"
  }

  /// A table for a person.
  ///
  /// - Parameter width: How wide it may be; `nil` for any width.
  package func text(now: Date, width: Int? = nil) -> String {
    let head = ["DESTINATION", "PROMISE", "RESOURCE", "KINDS", "COMMIT", "AGE"]
    let rows =
      [head]
      + holdings.map { holding in
        [
          holding.destination, holding.promise,
          Self.resource(holding),
          holding.kinds.isEmpty ? "-" : holding.kinds.joined(separator: ","),
          holding.commit?.id.abbreviated ?? "-",
          holding.commit.flatMap { RelativeAge.text(since: $0.time, at: now) } ?? "-",
        ]
      }
    let place =
      "\(revision ?? stateStore.branch) of \(stateStore.url) at \(commit?.id.abbreviated ?? "no commit")"
    let others = directoriesOfNoDestination.map {
      "\($0): Kratix's layout, and no Destination of the configuration has this directory\n"
    }
    let none =
      holdings.isEmpty && others.isEmpty
      ? "nothing that Kratix wrote is below the Destinations that are known\n" : ""
    return "\(place)\n" + TextTable.text(of: rows, width: width, shortening: [3, 2, 1]) + none
      + others.joined()
  }
}
