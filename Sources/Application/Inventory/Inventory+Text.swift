package import Foundation
import Git
import Landing
import Support
package import Verification

extension Inventory {
  /// A table for a person.
  package func text(now: Date) -> String {
    let head = ["DESTINATION", "PROMISE", "RESOURCE", "KINDS", "COMMIT", "AGE"]
    let rows =
      [head]
      + holdings.map { holding in
        [
          holding.destination, holding.promise,
          holding.name.isEmpty ? "(dependencies)" : "\(holding.namespace)/\(holding.name)",
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
    return "\(place)\n" + TextTable.text(of: rows) + none + others.joined()
  }
}
