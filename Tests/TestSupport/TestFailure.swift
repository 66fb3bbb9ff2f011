/// Why a fixture cannot be had; its words are shown as the reason of the failed test.
package struct TestFailure: Error, Sendable, CustomStringConvertible {
  /// What is missing or broken, and what to do.
  package let description: String

  /// Makes a failure with these words.
  package init(_ description: String) { self.description = description }
}
