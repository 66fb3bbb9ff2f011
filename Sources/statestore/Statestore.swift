import ArgumentParser
import Foundation
import Git
import Landing

/// The program: its subcommands, and the one place where it ends.
@main
struct Statestore: AsyncParsableCommand {
  static let version = "0.1.0"

  /// When the process began: what `--timeout` counts from.
  static let start = ContinuousClock.now

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
    _ = start
    // A server that hangs up must not end the process.
    signal(SIGPIPE, SIG_IGN)
    StandardStreams.keepNumbers()
    FreedMemory.keep()
    Thread.detachNewThread { StateStore.warmUp() }
    let program = Task { await runCommand() }
    let interruption = Interruption { program.cancel() }
    let ending = await program.value
    withExtendedLifetime(interruption) { leave(with: ending) }
  }

  /// How the program ends.
  private struct Ending {
    let status: Int32
    /// Whether what was printed is there to be looked at, and whoever has seen enough may go.
    var isForShow = false
  }

  private static func runCommand() async -> Ending {
    var isForShow = false
    do {
      var command = try parseAsRoot()
      isForShow = command is any ShowingCommand
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      return Ending(status: 0, isForShow: isForShow)
    } catch let status as ExitStatus {
      return Ending(status: status.rawValue, isForShow: isForShow)
    } catch {
      return ending(for: error)
    }
  }

  /// Usage errors end with 2, as everything that is wrong before anything is tried.
  private static func ending(for error: any Error) -> Ending {
    let code = exitCode(for: error)
    let text = fullMessage(for: error)
    if code.isSuccess {
      print(text)
      return Ending(status: 0, isForShow: true)
    }
    Printing.notice(text)
    return Ending(status: code == .validationFailure ? 2 : 3)
  }

  /// Ends the process without the clean-up of the C libraries.
  ///
  /// The warm-up, event loops and state stores have threads of their own, and a library that is torn down
  /// beneath one of them crashes: the process would end with a signal and not with its outcome.
  private static func leave(with ending: Ending) -> Never {
    let isTold = Printing.flush() || (ending.isForShow && StandardStreams.isOutputClosed)
    if !isTold {
      Printing.notice("the result could not be printed in full; to see it, run it again")
    }
    _exit(isTold || ending.status != 0 ? ending.status : 3)
  }
}

/// An end of the program whose reason has been told already.
struct ExitStatus: Error {
  let rawValue: Int32
}
