internal import Digests
package import HTTPTypes

/// How a Git server proves that a webhook comes from it, by a secret that both know.
///
/// - GitHub: `X-Hub-Signature-256: sha256=<HMAC>` ("Validating webhook deliveries").
/// - Gitea and Forgejo: `X-Gitea-Signature: <HMAC>` ("Webhooks").
/// - GitLab: `X-Gitlab-Token: <the secret itself>` ("Webhooks", "Secret token").
///
/// None of them signs a time, so a delivery that was seen can be sent again. That is
/// harmless: an event only has a state store looked at, once for all that wait.
package enum WebhookSignature: Sendable, Hashable {
  /// The HMAC of the body.
  case code([UInt8])
  /// The secret itself, which needs no body.
  case secret(String)

  /// What the headers of a request claim; `nil` without a signature, or with one that is none.
  package init?(_ headers: HTTPFields) {
    if let given = headers[.hubSignature] {
      guard given.hasPrefix("sha256=") else { return nil }
      self.init(code: given.dropFirst(7))
    } else if let given = headers[.giteaSignature] {
      self.init(code: given)
    } else if let given = headers[.gitlabToken] {
      self = .secret(given)
    } else {
      return nil
    }
  }

  private init?(code text: some StringProtocol) {
    guard text.utf8.count == 64, let code = [UInt8](hexadecimal: text) else { return nil }
    self = .code(code)
  }

  /// Whether a body could make the signature valid: what can be said before it is read.
  package func isPossible(with secret: String) -> Bool {
    switch self {
    case .code: true
    // Digests, so that not even the length can be told by the time.
    case .secret(let given): ConstantTime.areEqual(Self.digest(given), Self.digest(secret))
    }
  }

  /// Whether it proves that the body comes from a server that knows the secret.
  package func isValid(for body: [UInt8], secret: String) -> Bool {
    switch self {
    case .code(let given):
      ConstantTime.areEqual(given, Digest.hmacSHA256(of: body, key: secret.utf8).bytes)
    case .secret: isPossible(with: secret)
    }
  }

  private static func digest(_ text: String) -> [UInt8] {
    Digest.sha256(of: text.utf8).bytes
  }
}

extension HTTPField.Name {
  private static func known(_ name: String) -> HTTPField.Name {
    HTTPField.Name(name) ?? .authorization
  }

  fileprivate static let hubSignature = known("X-Hub-Signature-256")
  fileprivate static let giteaSignature = known("X-Gitea-Signature")
  fileprivate static let gitlabToken = known("X-Gitlab-Token")
}
