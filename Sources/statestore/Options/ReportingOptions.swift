import Application
import ArgumentParser

/// Where the result of a write is reported, besides standard output.
struct ReportingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Write the receipt to a file, as JSON.", valueName: "file"),
    completion: .file())
  var receipt: String?

  @Option(
    help: ArgumentHelp(
      "Merge the result into a status file for Kratix, such as /kratix/metadata/status.yaml.",
      valueName: "file"), completion: .file())
  var statusFile: String?

  @Option(
    help: ArgumentHelp(
      "Write the outcome in one line to a file, such as /dev/termination-log.",
      valueName: "file"), completion: .file())
  var terminationLog: String?

  var reporter: WriteReporter {
    WriteReporter(receipt: receipt, statusFile: statusFile, terminationLog: terminationLog)
  }
}
