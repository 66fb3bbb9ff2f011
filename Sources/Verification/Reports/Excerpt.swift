/// The lines of a file around the place of a finding, without the values of secrets.
package struct Excerpt: Sendable, Hashable, Codable {
  package struct Line: Sendable, Hashable, Codable {
    /// From 1.
    package let number: Int
    package let text: String
  }

  package let lines: [Line]
  /// The number of the line that the finding is about.
  package let marked: Int
  /// The first of its characters that the finding is about, from 1.
  package let column: Int
  /// How many characters; 0 if they are hidden.
  package let count: Int
}
