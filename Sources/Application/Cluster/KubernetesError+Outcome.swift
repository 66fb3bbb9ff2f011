package import KubernetesAPI
package import Landing

extension KubernetesError: LandingFailure {
  /// A failure of the API server, or of the way to it.
  package var landingError: LandingError {
    LandingError(outcome, message, serverMessages: serverMessages)
  }

  private var outcome: Outcome {
    switch code {
    case .invalidConfiguration, .notInstalled: .invalidConfiguration
    case .unauthorized, .forbidden, .untrusted: .authenticationFailed
    case .timedOut: .timedOut
    case .conflict, .alreadyExists: .conflict
    case .refused, .notFound: .rejected
    case .gone, .throttled, .unreachable, .serverFailed, .malformed, .tooLarge: .unreachable
    }
  }
}
