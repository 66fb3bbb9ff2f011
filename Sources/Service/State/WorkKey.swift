/// Which Work is meant: its namespace and name.
struct WorkKey: Sendable, Hashable, Comparable, CustomStringConvertible {
  let namespace: String
  let name: String

  var description: String { "\(namespace)/\(name)" }

  static func < (left: WorkKey, right: WorkKey) -> Bool {
    (left.namespace, left.name) < (right.namespace, right.name)
  }
}
