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
  /// - Throws: `ExitStatus`.
  func report(as output: OutputFormat, _ body: (inout WriteResult) async throws -> Void)
    async throws
  {
    var result = WriteResult()
    do {
      try await body(&result)
    } catch {
      result.fail(Failure(error))
    }
    do {
      try tell(result, as: output)
    } catch {
      let failure = Failure(error)
      Printing.notice(failure.text)
      throw ExitStatus(rawValue: max(result.exitStatus, failure.outcome.exitStatus))
    }
    Printing.flush()
    await result.settle()
    if result.exitStatus != 0 { throw ExitStatus(rawValue: result.exitStatus) }
  }

  private func tell(_ result: WriteResult, as output: OutputFormat) throws {
    switch output {
    case .text:
      print(result.text, terminator: "")
      if let failure = result.failure { Printing.notice(failure.text) }
    case .json, .yaml:
      try Printing.result(result.document, as: output)
    }
    if let receipt, result.failure == nil, !result.receipts.isEmpty {
      try write(try Printing.text(of: result.document, as: .json), to: receipt)
    }
    if let statusFile, result.failure == nil, !result.receipts.isEmpty {
      try write(try StatusFile(path: statusFile).merged(with: result.receipts), to: statusFile)
    }
    if let terminationLog { try write(result.summary + "\n", to: terminationLog) }
  }

  private func write(_ text: String, to path: String) throws {
    do {
      // Not atomically: /dev/termination-log is a file mounted into the container, and cannot be
      // replaced by another.
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    } catch {
      throw LandingError(
        .invalidConfiguration,
        "\(path): cannot be written: \(systemWords(for: error))")
    }
  }
}
