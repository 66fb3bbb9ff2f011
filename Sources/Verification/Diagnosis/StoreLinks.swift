internal import Git
internal import Kratix
internal import Landing
internal import Manifests

extension Diagnosis {
  static func commitLink(_ evidence: Evidence) -> Link {
    let facts: StoreFacts
    switch evidence.store {
    case nil:
      return .unknown(
        .commit, "the state store was not read", decidedBy: ["--repo URL, or --config with it"])
    case .failed(let error): return unreadStore(error)
    case .read(let read): facts = read
    }
    let findings = facts.report.resources.flatMap(\.findings)
    if let overwritten = overwritten(facts, evidence) { return overwritten }
    if !evidence.isLanded, let arrival = evidence.arrival {
      return .unknown(
        .commit, "not on the branch yet, or not all of it: \(arrival.text)",
        decidedBy: ["the same in a minute"])
    }
    let absent = findings.filter { [.notLanded, .missingFile].contains($0.rule) }
    if let gone = absent.first(where: { $0.removed != nil }) {
      let isKratixs = gone.removed?.isRemoval(by: facts.stateStore) ?? false
      return .broken(
        .commit, isKratixs ? .workDeleted : .removedLater, isKratixs ? .likely : .certain,
        gone.cause ?? "it landed, and was removed",
        evidence: [gone.file ?? ""] + [gone.landed, gone.removed].compactMap(\.self).map(line),
        next: ["git show \(gone.removed?.id.abbreviated ?? "")"])
    }
    if let first = absent.first {
      let written = evidence.placements.contains {
        $0.condition("WriteSucceeded")?.status == "True"
      }
      return .broken(
        .commit, .neverCommitted, .certain, first.cause ?? "it is not on the branch",
        evidence: absent.prefix(5).map { $0.file ?? $0.sentence }
          + (written
            ? ["Kratix says that it wrote it: a path with .git or .. would explain it"] : []),
        next: [
          written
            ? "--rendered DIR, or a dump of the Work, to see its paths"
            : evidence.show("workplacements", in: evidence.namespace)
        ])
    }
    return landed(facts, evidence)
  }

  /// That it cannot be read from here says little about Kratix, which may go another way.
  private static func unreadStore(_ error: LandingError) -> Link {
    let proof = [error.message] + error.serverMessages
    switch error.outcome {
    case .branchMissing, .repositoryMissing:
      return .broken(
        .commit, .storeNotReady, .likely, "the remote cannot be read: \(error.outcome.rawValue)",
        evidence: proof, next: ["git ls-remote URL, with the same credentials"])
    default:
      return .unknown(
        .commit, "the state store could not be read: \(proof.joined(separator: "; "))",
        decidedBy: [
          error.outcome.isOfTheWay
            ? "git ls-remote URL, from here and from the platform's cluster"
            : "--credentials DIR, or the Secret in --config"
        ])
    }
  }

  private static func landed(_ facts: StoreFacts, _ evidence: Evidence) -> Link {
    let placements = facts.report.resources.flatMap(\.placements)
    guard !placements.isEmpty else {
      return .unknown(
        .commit, "nothing says where it should be",
        decidedBy: ["--request FILE, --rendered DIR, or a dump of its Work"])
    }
    let versions = evidence.placements.map { $0.text(at: "/status/versionID") }
    let commits = facts.lastSubjects.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    // F12: Kratix names no commit where the branch held the same bytes before.
    let isIdentical = !versions.isEmpty && versions.allSatisfy(\.isEmpty)
    return .ok(
      .commit,
      "\(facts.stateStore.branch) at \(facts.tip.prefix(7)) holds it"
        + (isIdentical
          ? "; Kratix made no commit, for the branch held the same bytes (\(Fault.identicalContent.rawValue))"
          : ""),
      evidence: commits.isEmpty ? placements.map(\.path) : commits)
  }

  /// Whether the last commit where it should be names another placement.
  ///
  /// Two requests of one name have one directory where pipelines run in one namespace; in the mode
  /// none any two placements may.
  private static func overwritten(_ facts: StoreFacts, _ evidence: Evidence) -> Link? {
    let findings = facts.report.resources.flatMap(\.findings)
    if let foreign = findings.first(where: ModifiedFile.isOfAnotherPlacement) {
      return .broken(
        .commit, .overwritten, .certain, "another placement has the same path",
        evidence: [foreign.file ?? "", foreign.cause ?? ""],
        next: ["kubectl get workplacements -A | grep \(evidence.name)"])
    }
    let own = evidence.placements.map(\.identity.name)
    let names = own.isEmpty ? evidence.works.map(\.nameWithoutDigits) : own
    guard !names.isEmpty else { return nil }
    let isWrong = facts.report.resources.contains { resource in
      resource.findings.contains {
        [.notLanded, .missingFile, .modifiedFile, .orphanFile].contains($0.rule)
      }
    }
    guard isWrong else { return nil }
    for (path, subject) in facts.lastSubjects.sorted(by: { $0.key < $1.key }) {
      guard subject.begins(with: "Update from: ") || subject.begins(with: "Delete from: "),
        !names.contains(where: { subject.includes(" from: \($0)") })
      else { continue }
      return .broken(
        .commit, .overwritten, .likely, "another placement writes the same path",
        evidence: [
          "\(path): last commit \"\(subject)\"", "its own: \(names.joined(separator: ", "))",
        ],
        next: ["kubectl get workplacements -A | grep \(evidence.name)"])
    }
    return nil
  }

  private static func line(_ commit: CommitSummary) -> String {
    "\(commit.id.abbreviated) \(commit.time) by \(commit.author ?? ""): \(commit.subject ?? "")"
  }

  static func contentLink(_ evidence: Evidence) -> Link {
    guard case .read(let facts) = evidence.store else {
      return .unknown(.content, "the state store was not read", decidedBy: ["--repo URL"])
    }
    if !evidence.isLanded, let arrival = evidence.arrival {
      return .unknown(.content, arrival.text, decidedBy: ["the same in a minute"])
    }
    let findings = facts.report.resources.flatMap(\.findings)
    let errors = findings.filter { $0.severity == .error }
    let next = ["statestore verify, with the same flags, for all findings"]
    let shown = errors.prefix(5)
    if let first = errors.first {
      let rules = Set(errors.map(\.rule))
      let fault: Fault =
        rules == [.notAManifest]
        ? .noManifest
        : rules.isSubset(of: [.misplaced])
          ? .misplaced : rules.isSubset(of: [.noDestination]) ? .noDestination : .wrongContent
      if fault == .wrongContent, let change = foreignChange(behind: first, in: findings) {
        return .broken(
          .content, .changedByOthers, .certain,
          "\(change.author ?? "someone") changed it in \(change.id.abbreviated): \(first.sentence)",
          evidence: [line(change)] + shown.map(\.proof),
          next: ["git show \(change.id.abbreviated)"] + next
        ).showing(shown.map(\.excerpt), from: 1)
      }
      return .broken(
        .content, fault, .certain, first.cause ?? first.sentence,
        evidence: shown.map(\.proof), next: first.remedy.map { [$0] + next } ?? next
      ).showing(shown.map(\.excerpt))
    }
    guard facts.report.summary.unknown == 0, facts.report.summary.resources > 0 else {
      return .unknown(
        .content, facts.report.resources.flatMap(\.notes).first ?? "nothing was asked for",
        decidedBy: ["an Expectation of the Promise, or --rendered DIR"])
    }
    return .ok(.content, "it is what was asked for")
  }

  /// The commit by another author than the state store's that introduced an error.
  private static func foreignChange(
    behind error: Finding, in findings: [Finding]
  ) -> CommitSummary? {
    guard let commit = error.introduced else { return nil }
    let isForeign = findings.contains {
      $0.rule == .foreignCommit && $0.introduced?.id == commit.id
    }
    return isForeign ? commit : nil
  }

  static func agentLink(_ evidence: Evidence) -> Link {
    let agents = Agent.all(in: evidence.dumps)
    guard case .read(let facts) = evidence.store else {
      return .unknown(.agent, "the state store was not read", decidedBy: ["--repo URL"])
    }
    guard !agents.isEmpty else {
      return .unknown(
        .agent, "no source of Flux or Argo CD was given",
        decidedBy: [
          "kubectl get gitrepositories,kustomizations -A -o yaml, or applications, on the "
            + "Destination's cluster"
        ])
    }
    let paths = facts.report.resources.flatMap(\.placements).map(\.path)
    let watching = agents.filter { agent in
      agent.reads(facts.stateStore) && paths.contains { agent.covers($0) }
    }
    guard let first = watching.first else {
      return .broken(
        .agent, .notWatched, .likely, "no source reads this branch and path",
        evidence: [
          "landed on \(facts.stateStore.branch) below \(paths.first ?? "")"
        ] + agents.map(\.text),
        next: ["kubectl get gitrepositories,kustomizations -A"])
    }
    return .ok(.agent, "\(first.text)")
  }
}

extension Work {
  /// The name without the digits at its end where they are ours: Kratix draws others at random.
  fileprivate var nameWithoutDigits: String { hasDerivedName ? String(name.dropLast(5)) : name }
}
