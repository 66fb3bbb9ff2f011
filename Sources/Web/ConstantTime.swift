/// Comparisons that tell nothing by how long they take.
package enum ConstantTime {
  /// Whether bytes are equal, in a time that does not depend on where they differ.
  package static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
