import ArgumentParser
import Foundation
import Git
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
    subcommands: [
      Initialize.self, Write.self, Remove.self, PrintWork.self, Diff.self, Verify.self,
      Diagnose.self, Status.self, Serve.self, RuleCommand.self, ExpectationCommand.self,
    ])

  static func main() async {
    // A server that hangs up must not end the process.
    signal(SIGPIPE, SIG_IGN)
    FreedMemory.keep()
    Thread.detachNewThread { StateStore.warmUp() }
    let program = Task { await exitStatus() }
    let interruption = Interruption { program.cancel() }
    let status = await program.value
    withExtendedLifetime(interruption) { leave(with: status) }
  }

  private static func exitStatus() async -> Int32 {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      return 0
    } catch let status as ExitStatus {
      return status.rawValue
    } catch {
      return exitStatus(for: error)
    }
  }

  /// Usage errors end with 2, as everything that is wrong before anything is tried.
  private static func exitStatus(for error: any Error) -> Int32 {
    let code = exitCode(for: error)
    let text = fullMessage(for: error)
    if code.isSuccess {
      print(text)
      return 0
    }
    Printing.notice(text)
    return code == .validationFailure ? 2 : 3
  }

  /// Ends the process without the clean-up of the C libraries.
  ///
  /// The warm-up, event loops and state stores have threads of their own, and a library that is torn down
  /// beneath one of them crashes: the process would end with a signal and not with its outcome.
  private static func leave(with status: Int32) -> Never {
    let isTold = Printing.flush()
    if !isTold {
      Printing.notice("the result could not be printed in full; to see it, run it again")
    }
    _exit(isTold || status != 0 ? status : 3)
  }
}

/// An end of the program whose reason has been told already.
struct ExitStatus: Error {
  let rawValue: Int32
}
