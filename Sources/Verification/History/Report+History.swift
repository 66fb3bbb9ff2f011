internal import Git
internal import Kratix
package import Landing
internal import Manifests

extension Verifier {
  /// Of how many resources, and of how many findings, the history is read: where more are wrong, they
  /// have one cause.
  private static let mostWithHistory = 200

  /// A report with the commits that brought what is wrong, as far as the client may see them.
  ///
  /// Only for resources with errors: history takes time, and what is right does not need it.
  ///
  /// - Throws: `LandingError`.
  package func withHistory(
    _ report: Report, from store: StateStore, deadline: ContinuousClock.Instant
  ) async throws -> Report {
    guard let tip = report.commit?.id else { return report }
    let paths = pathsWithHistory(in: report)
    guard !paths.isEmpty else { return report }
    let histories = try await store.history.histories(
      of: Array(Set(paths.values)), from: tip, deadline: deadline)
    var report = report
    report.take(
      paths.compactMapValues { histories[$0] }, stateStore: stateStore,
      promises: Set(platform.promises.keys))
    let traced = report.tracedFindings(at: paths).prefix(Self.mostWithHistory)
    let origins = try await store.history.origins(
      of: traced.map { ($0.path, $0.part) }, from: tip, deadline: deadline)
    for (traced, origin) in zip(traced, origins) { report.take(origin, of: traced) }
    return report
  }

  private func pathsWithHistory(in report: Report) -> [String: StatePath] {
    let wrong = report.resources.filter { $0.findings.contains { $0.severity == .error } }
    let places = wrong.prefix(Self.mostWithHistory).flatMap { resource in
      resource.placements.map(\.path)
        + resource.findings.filter {
          $0.rule != .invalidRequest && !ModifiedFile.isOfAnotherPlacement($0)
        }
        .compactMap(\.file)
    }
    // The commits that changed what placements share tell of all of them.
    let shared =
      showsOnlyOwn ? platform.destinations.values.filter { $0.isShared(on: stateStore) } : []
    let hidden = shared.map { (try? $0.directory(in: stateStore)) ?? "" }
    return Dictionary(
      places.filter { path in
        !hidden.contains { $0.isEmpty || path.utf8.starts(with: "\($0)/".utf8) }
      }.compactMap { text in StatePath(checking: text).map { (text, $0) } }
    ) { first, _ in first }
  }
}

/// A finding whose origin is looked for.
private struct TracedPlace {
  let resource: Int
  let finding: Int
  let path: StatePath
  let part: TracedFinding
}

extension Report {
  /// - Parameter promises: The Promises of the configuration; where requests of others belong is not
  ///   known.
  fileprivate mutating func take(
    _ histories: [String: PathHistory], stateStore: GitStateStore, promises: Set<String>
  ) {
    for resource in resources.indices {
      for index in resources[resource].placements.indices {
        let history = histories[resources[resource].placements[index].path]
        resources[resource].placements[index].commit =
          history?.lastChange.map { CommitSummary(id: $0.id, commit: $0.commit) }
      }
      for index in resources[resource].findings.indices {
        let finding = resources[resource].findings[index]
        guard let history = finding.file.flatMap({ histories[$0] }) else { continue }
        let promise = resources[resource].promise
        resources[resource].findings[index].take(
          history, stateStore: stateStore,
          unknownPromise: promises.contains(promise) ? nil : promise)
      }
    }
  }

  /// The findings on what exists, with the files or directories in which they are traced.
  fileprivate func tracedFindings(at paths: [String: StatePath]) -> [TracedPlace] {
    resources.indices.flatMap { resource in
      resources[resource].findings.indices.compactMap { index in
        let finding = resources[resource].findings[index]
        guard finding.removed == nil, let part = TracedFinding(finding), let file = finding.file,
          var path = paths[file]
        else { return nil }
        if case .absence = part {
          // It may have been in any file of the placement.
          let placement = resources[resource].placements.first { file.begins(with: $0.path + "/") }
          path = placement.flatMap { paths[$0.path] } ?? path
        }
        return TracedPlace(resource: resource, finding: index, path: path, part: part)
      }
    }
  }

  fileprivate mutating func take(_ origin: PartOrigin, of traced: TracedPlace) {
    switch origin {
    case .commit(let entry):
      resources[traced.resource].findings[traced.finding].introduced = CommitSummary(
        id: entry.id, commit: entry.commit)
    case .before(let entry):
      resources[traced.resource].findings[traced.finding].introduced = nil
      let note =
        "\(traced.path) was so at \(entry.id.abbreviated) already, and older commits were not read"
      if !resources[traced.resource].notes.contains(note) {
        resources[traced.resource].notes.append(note)
      }
    case .notCompared:
      // The last commit that changed the file need not have brought the fault.
      resources[traced.resource].findings[traced.finding].introduced = nil
    }
  }
}

extension TracedFinding {
  /// - Returns: `nil` for a finding that no part of a file stands for: the last change of the whole
  ///   file, or of the directory, brought it.
  fileprivate init?(_ finding: Finding) {
    switch finding.rule {
    case .invalidRequest, .notLanded, .missingFile, .foreignCommit, .unsignedCommit,
      .untrustedSignature, .stale:
      return nil
    case .orphanFile, .misplaced, .noDestination: self = .presence
    case .missingResource:
      guard let object = finding.object else { return nil }
      self = .absence(of: object)
    default:
      if let document = finding.document, let object = finding.object,
        let pointer = finding.pointer
      {
        self =
          Self.isOfObject(pointer)
          ? .object(object)
          : .field(Field(document: document, pointer: pointer, line: finding.line))
      } else if let line = finding.line {
        self = .line(line)
      } else if finding.rule == .notAManifest {
        self = .presence
      } else {
        return nil
      }
    }
  }
}

extension TracedFinding {
  /// Whether a pointer leads to an object, and not to a field of it: to the document's root, or to an
  /// item of a `List`.
  private static func isOfObject(_ pointer: String) -> Bool {
    let tokens = JSONPointer.tokens(of: pointer) ?? []
    return tokens.count.isMultiple(of: 2)
      && stride(from: 0, to: tokens.count, by: 2).allSatisfy {
        tokens[$0] == "items" && Int(tokens[$0 + 1]) != nil
      }
  }
}

extension Finding {
  /// Takes what the history of the file shows: what is gone was removed, or was never there.
  fileprivate mutating func take(
    _ history: PathHistory, stateStore: GitStateStore, unknownPromise: String?
  ) {
    let last = history.lastChange.map { CommitSummary(id: $0.id, commit: $0.commit) }
    introduced = last
    guard !history.existsAtTip else { return }
    removed = last
    landed = history.lastPresentCommit.map { CommitSummary(id: $0.id, commit: $0.commit) }
    guard cause == nil else { return }
    guard let change = history.lastChange else {
      if rule == .notLanded, let unknownPromise {
        cause =
          "the Promise \(unknownPromise) is not in the configuration: another name may be meant"
        remedy = "add its manifest to --config: kubectl get promises -o yaml > promises.yaml"
        return
      }
      cause =
        history.isWhole
        ? "it never landed" : "it did not land in the last \(history.commitsSeen) commits"
      return
    }
    let removal = Removal(change, stateStore: stateStore)
    let first = landed.map { "landed at \($0.id.abbreviated)" } ?? "it had landed"
    cause = "\(first), \(removal.description)"
    remedy = removal.remedy
  }
}
