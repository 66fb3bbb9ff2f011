internal import Kratix
internal import Manifests

/// What a Promise's schema refuses, or does not know, of a request.
enum InvalidRequest: RuleDefinition {
  static let rule = Rule.invalidRequest
  static let severity = Severity.error
  static let dependsOnlyOnEquality = true
  static let page = RulePage(
    meaning: "The Promise's own schema refuses the request. The API server does not take it, so no "
      + "pipeline ever runs for it; or it drops a field that the schema does not know, and the "
      + "pipeline runs without it.",
    origins: [
      "A value that is not in the schema's enum, too long, too small, of another type, or not of "
        + "its pattern.",
      "A required field was left out.",
      "A misspelled field, as spec.sise: the API server drops it silently, and the default "
        + "holds. This is a warning.",
      "The Promise's API was changed after the request was made.",
    ],
    remedies: [
      "Change the request at the line that the finding names; expected says what the schema takes.",
      "kubectl apply --dry-run=server -f REQUEST shows what the API server itself says.",
      "Where the schema is wrong, change spec.api of the Promise.",
    ],
    silence: [
      "The Promise is not in the configuration, or has no schema: what the API server "
        + "takes is not known.",
      "The store alone is checked, with --all: it does not hold the requests.",
    ])
}

extension InvalidRequest {
  static func findings(of request: ResourceRequest, by promise: Promise?) -> [Finding] {
    guard let promise else { return [] }
    guard let schema = promise.schema(version: request.identity.version) else {
      return promise.schemas.isEmpty ? [] : [unknownVersion(of: request, promise: promise)]
    }
    let redaction = Redaction(of: request.node)
    return SchemaCheck(request.node, by: schema).violations.map { violation in
      finding(
        severity: violation.isDropped ? .warning : .error, file: request.file,
        line: violation.position == .none ? nil : violation.position.line,
        column: violation.position == .none ? nil : violation.position.column,
        object: request.identity.description, pointer: violation.pointer,
        expected: violation.expected,
        actual: redaction.text(of: violation.actual, at: violation.pointer),
        cause: violation.isDropped
          ? "the Promise \(promise.name) has no such field: the API server drops it"
          : "the schema of the Promise \(promise.name) refuses it: the API server does not take the "
            + "request",
        remedy: violation.isDropped
          ? "write the field as the Promise names it, or take it out" : "change the request")
    }
  }

  /// A request of a kind that Promises have in another API group only.
  static func finding(of request: ResourceRequest, among promises: [Promise]) -> Finding? {
    let known = promises.filter { $0.kind == request.identity.kind }
      .sorted { $0.name < $1.name }
    guard !known.contains(where: { $0.group == request.identity.group }),
      let promise = known.first, let group = promise.group
    else { return nil }
    let versions = promise.schemas.keys.sorted().map { "\(group)/\($0)" }
    return finding(
      file: request.file, object: request.identity.description, pointer: "/apiVersion",
      expected: versions.isEmpty
        ? "an apiVersion of \(group)" : versions.joined(separator: " or "),
      actual: request.identity.apiVersion,
      cause: "no Promise of the configuration has this API; the Promise \(promise.name), of the "
        + "same kind, has the group \(group)",
      remedy: "write the apiVersion as the Promise has it, or add its Promise to --config")
  }

  private static func unknownVersion(of request: ResourceRequest, promise: Promise) -> Finding {
    finding(
      file: request.file, object: request.identity.description, pointer: "/apiVersion",
      expected: promise.schemas.keys.sorted().joined(separator: " or "),
      actual: request.identity.version,
      cause: "the Promise \(promise.name) has no such version of its API",
      remedy: "write the request in a version that the Promise serves")
  }
}
