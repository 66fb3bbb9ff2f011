import ArgumentParser
import Foundation
import Landing

/// Where the result of a write is told, besides standard output.
struct ReportingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Write the receipt to a file, as JSON.", valueName: "file"))
  var receipt: String?

  @Option(
    help: ArgumentHelp(
      "Tell Kratix: merge the landing into this status file, such as /kratix/metadata/status.yaml.",
      valueName: "file"))
  var statusFile: String?

  @Option(
    help: ArgumentHelp(
      "Write the outcome in one line where Kubernetes shows it, such as /dev/termination-log.",
      valueName: "file"))
  var terminationLog: String?

  /// Runs a write, tells what became of it, and ends as that deserves.
  ///
  /// - Throws: `ExitStatus`; 3 when something landed and could not be told.
  func report(as output: OutputFormat, _ body: (inout WriteResult) async throws -> Void)
    async throws
  {
    var result = WriteResult()
    do {
      try checkFiles()
      try await body(&result)
    } catch {
      result.fail(Failure(error))
    }
    let isTold = tell(result, as: output)
    Printing.flush()
    await result.settle()
    let status = result.exitStatus != 0 || isTold ? result.exitStatus : 3
    if status != 0 { throw ExitStatus(rawValue: status) }
  }

  /// Finds before anything is pushed what would keep it from being told afterwards.
  private func checkFiles() throws {
    for path in [receipt, statusFile].compactMap({ $0 }) { try ResultFile(path: path).check() }
    if let terminationLog { _ = try ResultFile(path: terminationLog) }
    if let statusFile { _ = try StatusFile(path: statusFile).existing() }
  }

  /// Tells everybody who is to know; one who cannot be told does not keep it from the next.
  ///
  /// - Returns: Whether all could be told.
  private func tell(_ result: WriteResult, as output: OutputFormat) -> Bool {
    var failures: [Failure] = []
    func attempt(_ body: () throws -> Void) {
      do {
        try body()
      } catch {
        failures.append(Failure(error))
      }
    }
    attempt { try show(result, as: output) }
    if result.failure == nil, !result.receipts.isEmpty {
      if let receipt {
        attempt {
          try ResultFile(path: receipt).write(try Printing.text(of: result.document, as: .json))
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
      Printing.notice("\(result.summary); but it could not be told: \(failure.message)")
    }
    return failures.isEmpty
  }

  private func show(_ result: WriteResult, as output: OutputFormat) throws {
    switch output {
    case .text:
      Printing.text(result.text)
      if let failure = result.failure { Printing.notice(failure.text) }
    case .json, .yaml:
      try Printing.result(result.document, as: output)
    }
  }
}
