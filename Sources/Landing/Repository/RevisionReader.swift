internal import Git
internal import GitTransport
internal import Support

/// Finds the commits that revisions name.
struct RevisionReader: Sendable {
  let branch: RemoteBranch
  let objects: ObjectCache
  let history: HistoryReader

  /// The commit that a revision names; a tag means the commit that it points to.
  ///
  /// - Throws: `LandingError`; `branch-missing` when there is no such reference or commit,
  ///   `invalid-configuration` when it is not a commit, or older than the history that is there.
  func commit(
    of text: String, deadline: ContinuousClock.Instant
  ) async throws(LandingError) -> ObjectID {
    let revision = try Revision(text)
    do {
      var id = try await peeled(base(of: revision, deadline: deadline), deadline: deadline)
      for step in revision.steps {
        id = try await self.id(at: step, from: id, of: text, deadline: deadline)
      }
      return id
    } catch {
      throw LandingError(error)
    }
  }

  private func base(
    of revision: Revision, deadline: ContinuousClock.Instant
  ) async throws -> ObjectID {
    if let id = ObjectID(hexadecimal: revision.base) { return id }
    let names = revision.references
    let found = try await branch.references(withPrefix: names, deadline: deadline)
    if let id = names.lazy.compactMap({ found[$0] }).first { return id }
    var matches: Set<ObjectID> = []
    if revision.isAbbreviation {
      matches = try await commits(beginningWith: revision.base.lowercased(), deadline: deadline)
      if let only = matches.first, matches.count == 1 { return only }
    }
    let url = branch.description.url
    guard matches.isEmpty else {
      let ids = matches.sorted().prefix(5).map(\.hexadecimal).joined(separator: ", ")
      throw LandingError(
        .invalidConfiguration, "\(revision.base) of \(url) is ambiguous: \(ids); give more digits")
    }
    let older =
      revision.isAbbreviation
      ? ", nor is it among the newest \(HistoryReader.mostCommitsAlone) commits" : ""
    let others = await branch.branchNames(deadline: deadline).map {
      "; " + $0.description(besides: revision.base)
    }
    throw LandingError(
      .branchMissing,
      "\(url) has no branch, tag or other reference \(revision.base)\(older)\(others ?? "")"
        + "; \(Revision.advice)")
  }

  /// The commits that references name, or that the branch reaches, with an abbreviated id.
  private func commits(
    beginningWith digits: String, deadline: ContinuousClock.Instant
  ) async throws -> Set<ObjectID> {
    let references = try await branch.references(withPrefix: [], deadline: deadline)
    var ids = Set(references.references.values)
    for name in [branch.reference, "HEAD"] {
      guard let tip = references[name] else { continue }
      let log = try await history.log(
        from: peeled(tip, deadline: deadline), atMost: HistoryReader.mostCommitsAlone,
        deadline: deadline)
      ids.formUnion(log.commits.map(\.id))
      // A clone whose HEAD is no branch reaches other commits.
      if references[branch.reference] == references["HEAD"] { break }
    }
    return ids.filter { $0.hexadecimal.hasPrefix(digits) }
  }

  private func id(
    at step: Revision.Step, from id: ObjectID, of text: String, deadline: ContinuousClock.Instant
  ) async throws -> ObjectID {
    let (generations, number) =
      switch step {
      case .ancestor(let count): (count, 1)
      case .parent(let number): (number == 0 ? 0 : 1, number)
      }
    guard generations > 0 else { return id }
    // It fetches the commits that are missing, as far as there are any.
    _ = try await history.log(from: id, atMost: generations + 1, deadline: deadline)
    return try await objects.withObjects(from: id, deadline: deadline) { reader in
      var id = id
      for _ in 0..<generations {
        let parents = try reader.commit(id).parents
        guard parents.count >= number else {
          throw LandingError(
            .invalidConfiguration,
            "\(text) of \(branch.description.url) does not exist: \(id.abbreviated) has "
              + (parents.isEmpty ? "no parent" : "\(parents.count) parents"))
        }
        let parent = parents[number - 1]
        guard reader.contains(parent) else {
          throw LandingError(
            .invalidConfiguration,
            "\(text) of \(branch.description.url) cannot be read: its history ends at "
              + "\(id.abbreviated), as that of a shallow clone does; fetch more of it")
        }
        id = parent
      }
      return id
    }
  }

  /// The commit that an object is, or that a tag points to.
  private func peeled(
    _ id: ObjectID, deadline: ContinuousClock.Instant
  ) async throws(LandingError) -> ObjectID {
    let url = branch.description.url
    let found: (id: ObjectID, kind: ObjectKind)
    do {
      found = try await objects.withObjects(from: id, deadline: deadline) { try $0.peeled(id) }
    } catch {
      let error = LandingError(error)
      guard [.corruptRepository, .conflict].contains(error.outcome) else { throw error }
      throw LandingError(
        .invalidConfiguration, "\(id) cannot be read from \(url): \(error.message)")
    }
    guard found.kind == .commit else {
      throw LandingError(
        .invalidConfiguration,
        "\(found.id) of \(url) is a \(found.kind) and not a commit; name a commit, a branch or a tag"
      )
    }
    return found.id
  }
}
