/// The branches of a remote, for a message about one that is not among them.
package struct BranchNames {
  private let names: [String]

  /// How many are listed.
  private static let most = 8

  package init(_ names: [String]) { self.names = names.sorted() }

  /// The branch that was probably meant.
  package func meant(by missing: String) -> String? { nearest(to: missing, in: names) }

  /// Which branches there are, and the one that was probably meant.
  package func description(besides missing: String) -> String {
    guard !names.isEmpty else { return "the repository has no branch" }
    let shown = names.prefix(Self.most).joined(separator: ", ")
    let more = names.count > Self.most ? " and \(names.count - Self.most) more" : ""
    let guess = meant(by: missing).map { " (did you mean \($0)?)" } ?? ""
    return "there \(names.count == 1 ? "is" : "are") \(shown)\(more)\(guess)"
  }
}
