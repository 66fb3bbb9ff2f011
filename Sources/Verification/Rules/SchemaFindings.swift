internal import Kratix
internal import Manifests

/// What a Promise's schema holds against a request.
func schemaFindings(of request: ResourceRequest, by promise: Promise?) -> [Finding] {
  guard let promise else { return [] }
  guard let schema = promise.schema(version: request.identity.version) else {
    return promise.schemas.isEmpty ? [] : [unknownVersion(of: request, promise: promise)]
  }
  let redaction = Redaction(of: request.node)
  return SchemaCheck(request.node, by: schema).violations.map { violation in
    Finding(
      rule: .invalidRequest, severity: violation.isDropped ? .warning : .error,
      file: request.file,
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

private func unknownVersion(of request: ResourceRequest, promise: Promise) -> Finding {
  Finding(
    rule: .invalidRequest, file: request.file, object: request.identity.description,
    pointer: "/apiVersion",
    expected: promise.schemas.keys.sorted().joined(separator: " or "),
    actual: request.identity.version,
    cause: "the Promise \(promise.name) has no such version of its API",
    remedy: "write the request in a version that the Promise serves")
}
