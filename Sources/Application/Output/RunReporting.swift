package import Landing

/// A failure as a program reads it; the keys are those of a write's result.
struct FailureDocument: Encodable {
  var schemaVersion = 1
  var outcome: Outcome
  var message: String
  var serverMessages: [String]

  init(_ error: LandingError) {
    outcome = error.outcome
    message = error.message
    serverMessages = error.serverMessages
  }
}

/// Runs a command; if it fails, prints why and ends with the exit status of the failure.
///
/// Messages go to standard error. With `json` or `yaml` the failure is the result as well.
///
/// - Parameters:
///   - format: How the command prints its result.
///   - status: Whether the command writes or checks.
/// - Throws: `ExitStatus`; one that `body` throws is passed on.
package func runReporting(
  as format: OutputFormat, failingWith status: KeyPath<Outcome.Meaning, Int32> = \.checkStatus,
  _ body: () async throws -> Void
) async throws {
  do {
    try await body()
  } catch let status as ExitStatus {
    throw status
  } catch {
    let failure = LandingError(error)
    Output.failures([failure])
    if format != .text { try Output.result(FailureDocument(failure), as: format) }
    throw ExitStatus(rawValue: failure.outcome.meaning[keyPath: status])
  }
}
