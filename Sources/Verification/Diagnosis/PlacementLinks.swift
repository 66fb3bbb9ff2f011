internal import Kratix
internal import Landing
internal import Manifests

extension Diagnosis {
  static func placementLink(_ evidence: Evidence) -> Link {
    if let notReady = storeNotReady(evidence) { return notReady }
    guard evidence.wasDumped("WorkPlacement") || evidence.wasDumped("Work") else {
      return .unknown(
        .placement, "no WorkPlacement was given",
        decidedBy: [evidence.show("workplacements,gitstatestores", in: evidence.namespace)])
    }
    let placements = evidence.placements
    guard !placements.isEmpty else {
      guard evidence.wasDumped("WorkPlacement") else {
        return .unknown(
          .placement, "Works were given, and no WorkPlacement",
          decidedBy: [evidence.show("workplacements", in: evidence.namespace)])
      }
      if let arrival = evidence.arrival {
        return .unknown(.placement, arrival.text, decidedBy: ["the same in a minute"])
      }
      return .broken(
        .placement, .noPlacement, .likely, "there is no WorkPlacement of the Work",
        evidence: evidence.dumpedWorks.map(\.title),
        next: ["kubectl get workplacements -n \(evidence.namespace)"])
    }
    return .ok(
      .placement, placements.map(\.identity.name).joined(separator: ", "),
      evidence: placements.map(\.file).unique)
  }

  /// Kratix says of a state store that it cannot use it, and of its placements nothing at all.
  private static func storeNotReady(_ evidence: Evidence) -> Link? {
    let isWritten = evidence.placements.contains { $0.condition("WriteSucceeded") != nil }
    guard !isWritten, !evidence.isLanded else { return nil }
    let used = evidence.stateStoreNames
    for store in evidence.objects("GitStateStore") where used.contains(store.identity.name) {
      guard let ready = store.condition("Ready"), ready.status == "False" else { continue }
      return .broken(
        .placement, .storeNotReady, .certain, "\(store.title) is not ready",
        evidence: ["\(store.title): \(ready.text)"],
        next: checks(of: store))
    }
    return nil
  }

  /// How to try what Kratix tries with a state store.
  private static func checks(of store: PlatformObject) -> [String] {
    let describe = "kubectl describe gitstatestore \(store.identity.name)"
    let name = store.text(at: "/spec/secretRef/name")
    guard !name.isEmpty else { return [describe] }
    let namespace = store.text(at: "/spec/secretRef/namespace")
    let secret = "\(namespace.isEmpty ? "default" : namespace)/\(name)"
    return [
      describe,
      "git ls-remote URL, with the credentials of the Secret \(secret); renew them there if it fails",
    ]
  }

  static func pushLink(_ evidence: Evidence) -> Link {
    let placements = evidence.placements
    if let failed = placements.first(where: { $0.condition("WriteSucceeded")?.status == "False" }) {
      return failedWrite(of: failed)
    }
    if let unwritable = unwritablePath(evidence) ?? ignoredPath(evidence) { return unwritable }
    if let waiting = placements.first(where: {
      $0.condition("WriteSucceeded")?.status != "True"
    }) {
      return missingWrite(of: waiting, evidence)
    }
    guard !placements.isEmpty else {
      return .unknown(
        .push, "no WorkPlacement reports a write",
        decidedBy: [evidence.show("workplacements", in: evidence.namespace)])
    }
    let versions = placements.map { $0.text(at: "/status/versionID") }.filter { !$0.isEmpty }
    return .ok(
      .push,
      "Kratix says that it wrote"
        + (versions.isEmpty ? " (no commit is named)" : " (\(versions.joined(separator: ", ")))"),
      evidence: placements.compactMap { placement in
        placement.condition("WriteSucceeded").map { "\(placement.title): \($0.text)" }
      })
  }

  private static func failedWrite(of placement: PlatformObject) -> Link {
    let condition = placement.condition("WriteSucceeded")
    let failure = WriteFailure(message: condition?.message ?? "")
    let next =
      switch failure.fault {
      case .ignoredPath: ["git check-ignore -v PATH", "git rm .gitignore, or narrow it"]
      case .credentialsRefused, .storeNotReady:
        [
          "kubectl get gitstatestores -o yaml, and the Secret that spec.secretRef names",
          "git ls-remote URL, with the same credentials",
        ]
      case .remoteUnreadable: ["git ls-remote URL, from the platform's cluster"]
      default:
        ["statestore write --dry-run, with the same credentials, to see whether they reach it"]
      }
    return .broken(
      .push, failure.fault, failure.basis, "Kratix could not write \(placement.title)",
      evidence: [condition.map { "\(placement.title): \($0.text)" } ?? placement.title], next: next)
  }

  /// Kratix says nothing of a placement that it has not tried to write, and of one that it cannot
  /// fetch the branch for.
  private static func missingWrite(of placement: PlatformObject, _ evidence: Evidence) -> Link {
    let log =
      "kubectl logs -n kratix-platform-system deploy/kratix-platform-controller-manager | grep "
      + placement.identity.name
    if let arrival = Arrival(placement.title, placement.node, evidence) {
      return .unknown(.push, arrival.text, decidedBy: ["the same in a minute"])
    }
    guard case .failed(let error) = evidence.store, error.outcome.isOfTheWay else {
      return .unknown(
        .push, "\(placement.title) has no condition WriteSucceeded", decidedBy: [log])
    }
    return .broken(
      .push, .remoteUnreadable, .likely,
      "Kratix has not written \(placement.title), and does not say why",
      evidence: [
        "\(placement.title) has no condition WriteSucceeded",
        "statestore cannot read it either: \(error.outcome.rawValue): \(error.message)",
      ], next: [log])
  }

  /// Paths that Kratix passes over with a report of success.
  private static func unwritablePath(_ evidence: Evidence) -> Link? {
    for path in expectedPaths(evidence) {
      let names = path.parts(separatedBy: "/").map(String.init)
      let isOutside = names.reduce((depth: 0, isOutside: false)) { state, name in
        let depth = name == ".." ? state.depth - 1 : name == "." ? state.depth : state.depth + 1
        return (depth, state.isOutside || depth < 0)
      }.isOutside
      if isOutside || names.contains("..") {
        return .broken(
          .push, .pathTraversal, .certain,
          "Kratix does not write a path that leads out of its directory",
          evidence: [path], next: ["take .. out of the path of the Destination, or of the output"])
      }
      if let git = names.first(where: { $0.lowercased() == ".git" }) {
        return .broken(
          .push, .gitPath, .certain, "git never stages a path with \(git) in it", evidence: [path],
          next: ["let the pipeline not copy .git into /kratix/output"])
      }
    }
    return nil
  }

  private static func ignoredPath(_ evidence: Evidence) -> Link? {
    guard case .read(let facts) = evidence.store, !facts.ignoreFiles.isEmpty else { return nil }
    let rules = IgnoreRules(files: facts.ignoreFiles)
    for path in expectedPaths(evidence) {
      guard let rule = rules.rule(ignoring: path) else { continue }
      return .broken(
        .push, .ignoredPath, .certain, "git add refuses a path that a .gitignore covers",
        evidence: ["\(path) is covered by \"\(rule.pattern)\" in \(rule.file)"],
        next: ["git check-ignore -v \(path)", "take the pattern out of \(rule.file)"])
    }
    return nil
  }

  /// Where the Works' files would stand, at every Destination that could take them; not cleaned.
  static func expectedPaths(_ evidence: Evidence) -> [String] {
    let targets = Set(evidence.placements.map { $0.text(at: "/spec/targetDestinationName") })
    return evidence.works.flatMap { work in
      work.workloadGroups.flatMap { group -> [String] in
        let chosen = evidence.platform.destinations.values.filter { destination in
          targets.isEmpty
            ? destination.reasonToPass(over: work.effectiveSelector(of: group)) == nil
            : targets.contains(destination.name)
        }
        return chosen.sorted { $0.name < $1.name }.flatMap { destination -> [String] in
          let placement = Placement(work: work, group: group, destination: destination)
          let names =
            destination.filepathMode == .nestedByMetadata ? NestedPath.names(of: placement.id) : []
          let directory = ([destination.path] + names).joined(separator: "/")
          return group.workloads.map { "\(directory)/\($0.filepath)" }
        }
      }
    }
  }
}
