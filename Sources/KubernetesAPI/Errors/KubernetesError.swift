/// Why a call of the Kubernetes API failed: a code for programs, a sentence with a remedy for people.
package struct KubernetesError: Error, Sendable, Hashable {
  /// A kind of failure, with the name that logs and metrics show.
  package enum Code: String, Sendable, Hashable, CaseIterable {
    /// A kubeconfig, a context, a credential or a flag is wrong or missing.
    case invalidConfiguration = "invalid-configuration"
    /// The server does not accept the credentials, or they have expired.
    case unauthorized
    /// RBAC does not allow the request.
    case forbidden
    /// The server has no such API: the CustomResourceDefinition is not installed.
    case notInstalled = "not-installed"
    /// There is no object of this name.
    case notFound = "not-found"
    /// The resourceVersion or the continue token is too old (410).
    case gone
    /// The object was changed since it was read, or another manager owns the field.
    case conflict
    /// There is an object of this name already.
    case alreadyExists = "already-exists"
    /// The server refuses the object or the request as it is.
    case refused
    /// The server asks for fewer requests (429).
    case throttled
    /// No connection could be made, or it broke.
    case unreachable
    /// The certificate of the server does not verify.
    case untrusted
    /// The time limit passed before the answer was complete.
    case timedOut = "timed-out"
    /// The server failed (5xx).
    case serverFailed = "server-failed"
    /// The answer is not what the API specifies.
    case malformed
    /// The answer is larger than the limit.
    case tooLarge = "too-large"
  }

  package var code: Code
  /// What happened, where, and the remedy; without any secret.
  package var message: String
  /// What the server or a plugin said, made safe to show.
  package var serverMessages: [String]
  /// How long the server asks to wait before the next request (`Retry-After`).
  package var retryAfter: Duration?

  package init(
    _ code: Code, _ message: String, serverMessages: [String] = [], retryAfter: Duration? = nil
  ) {
    self.code = code
    self.message = message
    self.serverMessages = serverMessages
    self.retryAfter = retryAfter
  }

  /// Whether the same request may succeed a moment later.
  ///
  /// Not so where no connection can be made at all, because the address is likely to be wrong.
  package var isTransient: Bool { [.throttled, .serverFailed, .timedOut].contains(code) }
}

extension KubernetesError: CustomStringConvertible {
  /// The code, the message, and what the server said.
  package var description: String {
    let said = serverMessages.map { " (the server said: \($0))" }.joined()
    return "\(code.rawValue): \(message)\(said)"
  }
}
