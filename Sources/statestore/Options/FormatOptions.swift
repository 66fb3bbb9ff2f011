package import Application
import ArgumentParser

extension OutputFormat: ExpressibleByArgument {}

/// How a command prints its result.
///
/// It is not part of `CommonOptions`: the parser visits a group within a group many times.
struct FormatOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "The format of the result.")
  var output: OutputFormat = .text
}
