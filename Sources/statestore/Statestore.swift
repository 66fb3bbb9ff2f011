import Application
import ArgumentParser
import Foundation
import Git
import Landing

/// The program: its subcommands, and the one place where it ends.
@main
struct Statestore: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "statestore",
    abstract: "Commits Kratix pipeline output to Git state stores, and reads it back.",
    discussion: """
      In a pipeline container, after the pipeline:
        statestore write --config /etc/statestore

      On any machine:
        statestore init   --repo ./state.git --destination worker
        statestore write  --repo ./state.git --destination worker \\
          --rendered ./output --promise postgresql --namespace default \\
          --name postgres-example --pipeline instance-configure
        statestore verify --repo ./state.git --destination worker \\
          --request ./request.yaml

      Exit status: 0 it is there; 1 findings, or refused; 2 usage or
      configuration; 3 could not be done or checked now: nothing is known.
      """,
    version: Program.description,
    subcommands: [
      InitCommand.self, WriteCommand.self, RemoveCommand.self, WorkCommand.self, DiffCommand.self,
      RenderCommand.self, VerifyCommand.self, DiagnoseCommand.self, StatusCommand.self,
      DoctorCommand.self, ServeCommand.self,
      WatchCommand.self, RuleCommand.self, ExpectationCommand.self, VersionCommand.self,
    ])

  static func main() async {
    _ = Program.start
    // A server that closes the connection must not end the process.
    signal(SIGPIPE, SIG_IGN)
    StandardStreams.reserveDescriptors()
    Allocator.configure()
    Thread.detachNewThread { StateStore.warmUp() }
    let program = Task { await runCommand() }
    let interruption = Interruption { program.cancel() }
    let ending = await program.value
    withExtendedLifetime(interruption) { exit(with: ending) }
  }

  /// How the program ends.
  private struct Ending {
    let status: Int32
    /// Whether the reader of the output may close the pipe early (`DisplayCommand`).
    var isDisplay = false
  }

  private static func runCommand() async -> Ending {
    if let unknown = UnknownCommand.first(
      in: CommandLine.arguments.dropFirst(), of: Self.self)
    {
      Output.notice(unknown.message)
      return Ending(status: 2)
    }
    var isDisplay = false
    do {
      var command = try parse(Array(CommandLine.arguments.dropFirst()))
      isDisplay = command is any DisplayCommand
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      return Ending(status: 0, isDisplay: isDisplay)
    } catch let status as ExitStatus {
      return Ending(status: status.rawValue, isDisplay: isDisplay)
    } catch {
      return ending(for: error)
    }
  }

  /// Parses a command line that names a subcommand first by that subcommand alone.
  ///
  /// From the root, the declarations of the subcommand would be read twice, a tenth of the time of a
  /// check that finds nothing new. Help and errors come from the root, which knows the whole command.
  private static func parse(_ arguments: [String]) throws -> any ParsableCommand {
    let named = configuration.subcommands.first {
      $0.configuration.commandName == arguments.first && $0.configuration.subcommands.isEmpty
    }
    // With --help it is another command, whose usage would lack the program's name.
    if let named, let command = try? named.parseAsRoot(Array(arguments.dropFirst())),
      type(of: command) == named
    {
      return command
    }
    return try parseAsRoot(arguments)
  }

  /// Help and usage errors of the parser; usage errors end with 2.
  private static func ending(for error: any Error) -> Ending {
    let code = exitCode(for: error)
    if code.isSuccess {
      print(helpText(for: error))
      return Ending(status: 0, isDisplay: true)
    }
    Output.notice(fullMessage(for: error))
    return Ending(status: code == .validationFailure ? 2 : 3)
  }

  private static func helpText(for error: any Error) -> String {
    let narrow = fullMessage(for: error)
    guard let help = HelpText(narrow, overview: fullMessage(for: error, columns: 1_000)) else {
      return narrow
    }
    let arguments = CommandLine.arguments
    return arguments.contains("-h") && !arguments.contains("--help") ? help.short : help.long
  }

  /// Ends the process without the clean-up of the C libraries.
  ///
  /// The warm-up, event loops and state stores run on other threads. A library that is torn down under
  /// them crashes, and the process would end with a signal instead of its status.
  private static func exit(with ending: Ending) -> Never {
    let isPrinted = Output.flush() || (ending.isDisplay && StandardStreams.isOutputClosed)
    if !isPrinted {
      Output.notice("the result could not be printed in full; to see it, run it again")
    }
    _exit(isPrinted || ending.status != 0 ? ending.status : 3)
  }
}
