import ArgumentParser
import Support

/// A command line whose command does not exist.
///
/// The parser takes the name of such a command for an argument, and complains about the option after it.
struct UnknownCommand {
  private let name: String
  private let parent: String
  private let known: [String]

  /// The first command of a command line that does not exist; `nil` if all do.
  static func first(
    in arguments: ArraySlice<String>, of command: any ParsableCommand.Type, below path: String = ""
  ) -> UnknownCommand? {
    let path = path + (command.configuration.commandName ?? "")
    let subcommands = command.configuration.subcommands
    guard let name = arguments.first, !name.hasPrefix("-"), !subcommands.isEmpty else { return nil }
    let rest = arguments.dropFirst()
    if name == "help" { return first(in: rest, of: command) }
    if let next = subcommands.first(where: { $0.configuration.commandName == name }) {
      return first(in: rest, of: next, below: "\(path) ")
    }
    return UnknownCommand(
      name: name, parent: path,
      known: subcommands.compactMap { $0.configuration.commandName })
  }

  /// What is wrong, and what to type.
  var message: String {
    let hint = nearest(to: name, in: known).map { "Did you mean \"\($0)\"?" }
    return """
      Error: \(parent) has no command "\(name)". \(hint ?? "")
      Commands: \(known.joined(separator: ", "))
        See '\(parent) --help' for more information.
      """
  }
}
