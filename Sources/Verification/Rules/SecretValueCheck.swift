internal import Manifests

/// Values of a Secret for which the API server refuses it: `stringData` takes strings, and `data`
/// takes base64 (Kubernetes, `core/v1`, Secret).
///
/// What SOPS encrypted is judged by nobody but Flux, which decrypts it.
func secretValueFindings(of object: LandedObject) -> [Finding] {
  guard object.identity.kind == "Secret", object.identity.group.isEmpty,
    object.node["sops"] == nil
  else { return [] }
  return findings(in: "stringData", of: object, taking: "a string", remedy: "quote it") {
    $0.string != nil
  }
    + findings(
      in: "data", of: object, taking: "base64", remedy: "encode it, or put it into stringData"
    ) { $0.string?.isBase64 ?? false }
}

private func findings(
  in field: String, of object: LandedObject, taking expected: String, remedy: String,
  _ isTaken: (Node) -> Bool
) -> [Finding] {
  (object.node[field]?.mapping?.entries ?? []).filter { !$0.value.isNull && !isTaken($0.value) }
    .map { entry in
      let isText = entry.value.string != nil
      return object.finding(
        .fieldMismatch, at: JSONPointer.appending(entry.key, to: "/\(field)"),
        expected: expected, actual: isText ? "a string that is none" : entry.value.kindDescription,
        cause: "the API server refuses the Secret", remedy: remedy)
    }
}
