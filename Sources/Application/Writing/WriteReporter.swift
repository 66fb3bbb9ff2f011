import Foundation
import Landing

/// Where the result of a write is reported, besides standard output.
package struct WriteReporter: Sendable {
  /// The file for the receipt, as JSON.
  private let receipt: String?
  /// The status file that Kratix merges into the request's status.
  private let statusFile: String?
  /// The file for the outcome in one line, which Kubernetes shows.
  private let terminationLog: String?

  package init(receipt: String? = nil, statusFile: String? = nil, terminationLog: String? = nil) {
    self.receipt = receipt
    self.statusFile = statusFile
    self.terminationLog = terminationLog
  }

  /// Runs a write, reports its result, and ends with its exit status.
  ///
  /// - Throws: `ExitStatus`; 3 if the write succeeded and the result could not be reported.
  package func report(
    as output: OutputFormat, _ body: (inout WriteResult) async throws -> Void
  ) async throws {
    var result = WriteResult()
    do {
      try checkFiles()
      try await ProgressLine.during { try await body(&result) }
    } catch {
      result.fail(LandingError(error))
    }
    let isReported = report(result, as: output)
    Output.flush()
    await result.settle()
    let status = result.exitStatus != 0 || isReported ? result.exitStatus : 3
    if status != 0 { throw ExitStatus(rawValue: status) }
  }

  /// Checks, before anything is pushed, that the files can be written afterwards.
  private func checkFiles() throws {
    for path in [receipt, statusFile].compactMap({ $0 }) { try ResultFile(path: path).check() }
    if let terminationLog { _ = try ResultFile(path: terminationLog) }
    if let statusFile { _ = try StatusFile(path: statusFile).existing() }
  }

  /// Writes the result to all places, also after one of them has failed.
  ///
  /// - Returns: Whether all succeeded.
  private func report(_ result: WriteResult, as output: OutputFormat) -> Bool {
    var failures: [LandingError] = []
    func attempt(_ body: () throws -> Void) {
      do {
        try body()
      } catch {
        failures.append(LandingError(error))
      }
    }
    attempt { try show(result, as: output) }
    if result.failure == nil, !result.receipts.isEmpty {
      if let receipt {
        attempt {
          try ResultFile(path: receipt).write(try Output.text(of: result.document, as: .json))
        }
      }
      if let statusFile {
        attempt {
          try ResultFile(path: statusFile)
            .write(try StatusFile(path: statusFile).merged(with: result.receipts))
        }
      }
    }
    if let terminationLog {
      let faults = failures.map { "; " + $0.message }.joined()
      attempt {
        try ResultFile(path: terminationLog).overwrite(result.summary + faults + "\n")
      }
    }
    for failure in failures {
      Output.notice("\(result.summary); but it could not be told: \(failure.message)")
    }
    return failures.isEmpty
  }

  private func show(_ result: WriteResult, as output: OutputFormat) throws {
    switch output {
    case .text:
      Output.text(result.text)
      if let failure = result.failure { Output.failures([failure]) }
    case .json, .yaml:
      try Output.result(result.document, as: output)
    }
  }
}
