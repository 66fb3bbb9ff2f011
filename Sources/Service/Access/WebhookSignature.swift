internal import Digests
internal import HTTPTypes

/// How Git servers prove that a webhook comes from them, by a secret that both know.
enum WebhookSignature {
  /// Whether the headers of a webhook prove that its body comes from who knows the secret; `nil`
  /// when they do not claim to.
  ///
  /// - GitHub: `X-Hub-Signature-256: sha256=<HMAC>` ("Validating webhook deliveries").
  /// - Gitea and Forgejo: `X-Gitea-Signature: <HMAC>` ("Webhooks").
  /// - GitLab: `X-Gitlab-Token: <the secret itself>` ("Webhooks", "Secret token").
  static func isValid(_ headers: HTTPFields, body: [UInt8], secret: String) -> Bool? {
    if let given = headers[.hubSignature] {
      return matches(given.hasPrefix("sha256=") ? String(given.dropFirst(7)) : "", body, secret)
    }
    if let given = headers[.giteaSignature] { return matches(given, body, secret) }
    if let given = headers[.gitlabToken] {
      // Digests, so that not even the length can be told by the time.
      return Tokens.areEqual(digest(given), digest(secret))
    }
    return nil
  }

  private static func matches(_ given: String, _ body: [UInt8], _ secret: String) -> Bool {
    let code = Digest.hmacSHA256(of: body, key: secret.utf8)
    return Tokens.areEqual(Array(given.lowercased().utf8), Array(code.hexadecimal.utf8))
  }

  private static func digest(_ text: String) -> [UInt8] {
    Digest.sha256(of: text.utf8).bytes
  }
}

extension HTTPField.Name {
  private static func known(_ name: String) -> HTTPField.Name {
    HTTPField.Name(name) ?? .authorization
  }

  static let hubSignature = known("X-Hub-Signature-256")
  static let giteaSignature = known("X-Gitea-Signature")
  static let gitlabToken = known("X-Gitlab-Token")
  static let secFetchSite = known("Sec-Fetch-Site")
  static let requestID = known("X-Request-Id")
}
