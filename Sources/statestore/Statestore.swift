import ArgumentParser
import Foundation
import Landing

/// The program: its subcommands, and the one place where it ends.
@main
struct Statestore: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "statestore",
    abstract: "Lands Kratix pipeline output in Git state stores, and proves that it landed.",
    discussion: """
      In a pipeline container, after the pipeline:
        statestore write --config /etc/statestore

      On any machine:
        statestore init   --repo ./state.git --destination worker
        statestore write  --repo ./state.git --destination worker --rendered ./output \\
          --promise postgresql --namespace default --name postgres-example \\
          --pipeline instance-configure
        statestore verify --repo ./state.git --destination worker --request ./request.yaml

      Exit status: 0 it is there; 1 findings, or refused; 2 usage or configuration;
      3 could not be done or checked now, and is safe to try again.
      """,
    version: version,
    subcommands: [Initialize.self, Write.self, Diff.self, Verify.self, Status.self])

  static func main() async {
    // A server that hangs up must not end the process.
    signal(SIGPIPE, SIG_IGN)
    Thread.detachNewThread { StateStore.warmUp() }
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      end(with: error)
    }
  }

  /// Usage errors end with 2, as everything that is wrong before anything is tried.
  private static func end(with error: any Error) -> Never {
    if let failure = error as? ExitStatus { Foundation.exit(failure.rawValue) }
    let code = exitCode(for: error)
    let text = fullMessage(for: error)
    if code.isSuccess {
      print(text)
      Foundation.exit(0)
    }
    FileHandle.standardError.write(Data((text + "\n").utf8))
    Foundation.exit(code == .validationFailure ? 2 : 3)
  }
}

/// An end of the program whose reason has been told already.
struct ExitStatus: Error {
  let rawValue: Int32
}
