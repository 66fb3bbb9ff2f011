package import Git
package import Landing

/// Reads the lines that findings are about.
package struct ExcerptReader: Sendable {
  /// How many files are read, and how large each may be: the report is complete without them.
  private static let mostFiles = 100
  private static let mostBytes = 1 << 20

  private let stateStore: StateStore
  private let commit: ObjectID

  /// - Parameter commit: The commit that was checked.
  package init(of stateStore: StateStore, at commit: ObjectID) {
    self.stateStore = stateStore
    self.commit = commit
  }

  /// The excerpts of findings whose line is still in their file.
  ///
  /// - Parameter context: How many lines are shown before and after.
  /// - Throws: `LandingError`.
  package func excerpts(
    of findings: [Finding], context: Int, deadline: ContinuousClock.Instant
  ) async throws -> [Finding: Excerpt] {
    var paths: [StatePath] = []
    var isWanted: Set<StatePath> = []
    for finding in findings where finding.line != nil && paths.count < Self.mostFiles {
      guard let path = finding.file.flatMap(StatePath.init(checking:)) else { continue }
      if isWanted.insert(path).inserted { paths.append(path) }
    }
    guard !paths.isEmpty else { return [:] }
    let wanted = paths
    let files = try await stateStore.read(commit, deadline: deadline) { snapshot in
      let entries = try snapshot.entries(at: wanted).filter { $0.value.mode.isFile }
      let contents = try snapshot.contents(
        of: entries.values.map(\.id), atMost: Self.mostBytes)
      return Dictionary(
        uniqueKeysWithValues: entries.compactMap { path, entry -> (String, [String])? in
          guard case .bytes(let bytes)? = contents[entry.id] else { return nil }
          return (path.description, VisibleLines(of: bytes).lines)
        })
    }
    let found = findings.compactMap { finding in
      finding.file.flatMap { files[$0] }
        .flatMap { Excerpt(of: finding, in: $0, context: context) }.map { (finding, $0) }
    }
    return Dictionary(found) { first, _ in first }
  }
}
