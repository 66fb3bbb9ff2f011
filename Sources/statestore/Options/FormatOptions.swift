package import Application
import ArgumentParser

extension OutputFormat: ExpressibleByArgument {}

/// How a command prints its result.
///
/// It is not part of `CommonOptions`: the parser visits a group within a group many times.
struct FormatOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "How results are printed.")
  var output: OutputFormat = .text
}
