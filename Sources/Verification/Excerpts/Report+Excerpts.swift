internal import Git
package import Landing

extension Report {
  /// How many files are read: the report is complete without them.
  private static let mostFiles = 100

  /// The report with the lines that its findings are about, as they are at the commit that was
  /// checked; without those that cannot be read in time.
  ///
  /// - Parameter context: How many lines are added before and after.
  package func withExcerpts(
    context: Int, from stateStore: StateStore, deadline: ContinuousClock.Instant
  ) async -> Report {
    let paths = pathsOfLines
    guard let commit = commit?.id, !paths.isEmpty else { return self }
    // The report is complete without the lines.
    let read = try? await stateStore.read(commit, deadline: deadline) { snapshot in
      let entries = try snapshot.entries(at: paths).filter { $0.value.mode.isFile }
      let contents = try snapshot.contents(
        of: entries.values.map(\.id), atMost: Excerpt.mostBytes)
      return entries.compactMap { path, entry -> (String, [String])? in
        guard case .bytes(let bytes)? = contents[entry.id] else { return nil }
        return (path.description, VisibleLines(of: bytes).lines)
      }
    }
    let files = Dictionary(read ?? []) { first, _ in first }
    var report = self
    for resource in resources.indices {
      for (index, finding) in resources[resource].findings.enumerated() {
        guard let lines = finding.file.flatMap({ files[$0] }) else { continue }
        report.resources[resource].findings[index].excerpt = Excerpt(
          of: finding, in: lines, context: context)
      }
    }
    return report
  }

  /// The files whose lines findings name, those of what has not landed first.
  private var pathsOfLines: [StatePath] {
    var paths: [StatePath] = []
    var known: Set<String> = []
    let ordered =
      resources.filter { $0.verdict != .landed } + resources.filter { $0.verdict == .landed }
    for case let file? in ordered.flatMap(\.findings).map({ $0.line == nil ? nil : $0.file }) {
      guard paths.count < Self.mostFiles else { break }
      guard known.insert(file).inserted, let path = StatePath(checking: file) else { continue }
      paths.append(path)
    }
    return paths
  }

  /// The report as programs read it, without the lines of files.
  package var withoutExcerpts: Report {
    guard resources.contains(where: { $0.findings.contains { $0.excerpt != nil } }) else {
      return self
    }
    var report = self
    for resource in resources.indices {
      for index in resources[resource].findings.indices {
        report.resources[resource].findings[index].excerpt = nil
      }
    }
    return report
  }
}
