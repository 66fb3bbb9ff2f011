import Foundation
import Landing

/// The answer of a statestore service to one request.
struct ServiceAnswer: Sendable {
  /// The address of the service.
  let base: String
  let status: Int
  let body: [UInt8]

  /// Reads the body as JSON.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`: it is not a statestore service.
  func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws(LandingError) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(body))
    } catch {
      throw LandingError(
        .invalidConfiguration, "\(base) does not answer as a statestore service: \(error)")
    }
  }

  /// Whether the same request may succeed later.
  var isTemporaryFailure: Bool { [429, 502, 503, 504].contains(status) }

  /// The failure that the service, or a proxy in front of it, reports.
  var failure: LandingError {
    // A proxy answers with a page of its own.
    let problem = try? decode(Problem.self)
    return LandingError(
      outcome(of: problem?.type ?? ""), "\(base): \(problem?.detail ?? "it answered \(status)")",
      serverMessages: problem?.serverMessages ?? [])
  }

  /// An error of the service (RFC 9457).
  private struct Problem: Decodable {
    let type: String?
    let detail: String?
    let serverMessages: [String]?
  }

  private func outcome(of type: String) -> Outcome {
    if let outcome = Outcome(rawValue: type) { return outcome }
    switch type {
    case "forbidden": return .authenticationFailed
    case "stale-generation", "stale-version", "precondition-failed": return .rejected
    case "too-large": return .invalidInput
    default: return status >= 500 || status == 429 ? .unreachable : .invalidConfiguration
    }
  }
}
