internal import Manifests

/// A Secret with values that everyone who can read the repository can read; base64 hides nothing.
///
/// A Secret that SOPS encrypted has a field `sops`, which Flux removes when it decrypts.
enum PlaintextSecret: RuleDefinition {
  static let rule = Rule.plaintextSecret
  static let severity = Severity.warning
  static let dependsOnlyOnEquality = true
  static let ignoresNamesAndValues = true
  static let page = RulePage(
    meaning: "A Secret with its values in clear. Everybody who can read the repository can read "
      + "them; base64 hides nothing.",
    origins: ["The pipeline renders a Secret with data or stringData."],
    remedies: [
      "Let the pipeline put out a SealedSecret, an ExternalSecret, or a Secret encrypted with SOPS.",
      "Change the password: it is in the history of the repository.",
      "Where that is accepted: --rule plaintext-secret=off.",
    ],
    silence: [
      "The Secret is encrypted with SOPS, or has neither data nor stringData.",
      "The value is in a ConfigMap or in an env: nothing tells a password there from "
        + "other text.",
    ])
}

extension PlaintextSecret {
  static func findings(in object: LandedObject) -> [Finding] {
    guard object.identity.kind == "Secret", object.identity.group.isEmpty,
      object.node["sops"] == nil
    else { return [] }
    let field = ["stringData", "data"].first { object.node[$0]?.mapping?.isEmpty == false }
    guard let field else { return [] }
    return [
      finding(
        in: object, at: "/\(field)", expected: "an encrypted or a referred-to Secret",
        actual: Redaction.redacted,
        remedy: "let the pipeline put out a SealedSecret, an ExternalSecret, or a Secret encrypted "
          + "with SOPS")
    ]
  }
}
