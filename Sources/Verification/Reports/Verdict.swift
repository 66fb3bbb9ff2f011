/// What verification says of one resource.
package enum Verdict: String, Sendable, Hashable, Codable, CaseIterable {
  /// Everything expected is there, and right.
  case landed
  /// Something of it is there, and not as it must be.
  case wrong
  /// Nothing of it is there.
  case missing
  /// It is at a Destination that the selectors do not choose.
  case misplaced
  /// It could not be judged.
  case unknown
}
