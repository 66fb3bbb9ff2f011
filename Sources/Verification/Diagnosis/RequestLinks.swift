internal import Kratix
internal import Manifests

extension Diagnosis {
  static func requestLink(_ evidence: Evidence) -> Link {
    let kind = evidence.promise?.kind ?? evidence.promiseName
    let command = evidence.show("\(kind) \(evidence.name)", in: evidence.namespace)
    guard let request = evidence.request else {
      guard evidence.wasDumped(kind) else {
        return .unknown(.request, "the request itself was not given", decidedBy: [command])
      }
      return .broken(
        .request, .noRequest, .certain,
        "there is no \(kind) \(evidence.namespace)/\(evidence.name)",
        evidence: ["the cluster was asked for \(kind) and has none of that name"],
        next: ["kubectl get \(kind) -A"])
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
