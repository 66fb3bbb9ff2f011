internal import Logging
internal import Web

/// The files that say who may do what, and how the service proves itself; read again when they
/// change.
struct AccessFiles: Sendable {
  /// Who may do what; `nil` for a service that asks for no token.
  let tokens: Reloading<Tokens>?
  /// The certificate that is shown; `nil` for plain HTTP.
  let certificate: ServerCertificate?
  /// What Git servers sign their webhooks with; `nil` for a service that takes none.
  let webhookSecret: Reloading<String>?

  /// Reads again what has changed.
  func refresh(_ logger: Logger) {
    tokens?.refresh(named: "tokens", logger)
    certificate?.files.refresh(named: "certificate", logger)
    webhookSecret?.refresh(named: "webhook secret", logger)
  }

  /// Whether each can be used as it is now.
  ///
  /// Everybody may see this, so that the log alone says why one cannot.
  var checks: [HealthCheck] {
    let problems = [
      ("tokens", tokens.map(\.problem)), ("certificate", certificate.map(\.files.problem)),
      ("webhook-secret", webhookSecret.map(\.problem)),
    ]
    return problems.compactMap { name, problem in
      problem.map { problem in
        HealthCheck(
          name: name,
          problem: problem.map { _ in
            "the files cannot be used, and what was read before stays; see the log"
          }, isRequired: false)
      }
    }
  }
}
