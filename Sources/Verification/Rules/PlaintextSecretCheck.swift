internal import Manifests

/// A Secret whose values everybody can read who can read the repository; base64 hides nothing.
///
/// One that SOPS encrypted carries a field `sops`, which Flux takes away when it decrypts.
func plaintextFindings(of object: LandedObject) -> [Finding] {
  guard object.identity.kind == "Secret", object.identity.group.isEmpty,
    object.node["sops"] == nil
  else { return [] }
  let field = ["stringData", "data"].first { object.node[$0]?.mapping?.isEmpty == false }
  guard let field else { return [] }
  return [
    object.finding(
      .plaintextSecret, at: "/\(field)", expected: "an encrypted or a referred-to Secret",
      actual: Redaction.redacted,
      remedy: "let the pipeline put out a SealedSecret, an ExternalSecret, or a Secret encrypted "
        + "with SOPS")
  ]
}
