internal import Kratix
internal import Manifests

extension Diagnosis {
  static func requestLink(_ evidence: Evidence) -> Link {
    let kind = evidence.promise?.kind ?? evidence.promiseName
    let command = evidence.show("\(kind) \(evidence.name)", in: evidence.namespace)
    guard let request = evidence.request else {
      if evidence.promise == nil, evidence.wasDumped("Promise") { return unknownPromise(evidence) }
      guard evidence.wasDumped(kind) else {
        return .unknown(.request, "the request itself was not given", decidedBy: [command])
      }
      return .broken(
        .request, .noRequest, .certain,
        "there is no \(kind) \(evidence.namespace)/\(evidence.name)",
        evidence: [
          "the cluster was asked for \(kind) and has none of that name"
            + others(evidence.objects(kind).map(\.title))
        ],
        next: ["kubectl get \(kind) -A, and give --namespace and --name of one that is there"])
    }
    if request.node.value(at: "/metadata/deletionTimestamp") != nil {
      return .broken(
        .request, .noRequest, .certain, "the request is being deleted",
        evidence: ["\(request.file): metadata.deletionTimestamp is set"], next: [command])
    }
    let isFromCluster = request.node.value(at: "/metadata/uid") != nil
    return .ok(
      .request,
      (isFromCluster ? "the cluster has it" : "given as a manifest")
        + (evidence.differentManifest.map { "; \($0) asks for something else" } ?? ""),
      evidence: [request.file])
  }

  /// A name of a Promise that the cluster does not have: nothing else can be told of its request.
  private static func unknownPromise(_ evidence: Evidence) -> Link {
    .broken(
      .request, .noRequest, .certain, "there is no Promise \(evidence.promiseName)",
      evidence: [
        "the cluster was asked for Promises and has none of that name"
          + others(evidence.objects("Promise").map(\.identity.name))
      ],
      next: ["kubectl get promises, and give --promise NAME of one that is there"])
  }

  /// What there is instead of something that was not found, as far as it fits into a line.
  private static func others(_ names: [String]) -> String {
    guard !names.isEmpty else { return "" }
    let shown = names.sorted().prefix(5)
    return "; it has " + shown.joined(separator: ", ")
      + (names.count > shown.count ? " and \(names.count - shown.count) more" : "")
  }

  static func schemaLink(_ evidence: Evidence) -> Link {
    guard let promise = evidence.promise else {
      return .unknown(
        .schema, "the Promise \(evidence.promiseName) was not given",
        decidedBy: [evidence.show("promise \(evidence.promiseName)") + " > promise.yaml"])
    }
    guard let request = evidence.request else {
      return .unknown(
        .schema, "there is no request to hold against the schema", decidedBy: ["--request FILE"])
    }
    let findings = InvalidRequest.findings(of: request.defaulted(by: promise), by: promise)
    let errors = findings.filter { $0.severity == .error }
    let lines = findings.map(\.proof)
    guard errors.isEmpty else {
      return .broken(
        .schema, .invalidRequest, .certain, "the schema of the Promise refuses it", evidence: lines,
        next: ["kubectl apply --dry-run=server -f \(request.file)"]
      ).showing(evidence.excerpts(of: findings))
    }
    return .ok(
      .schema, lines.isEmpty ? "the schema takes it" : "the schema takes it, and drops fields",
      evidence: lines)
  }
}
