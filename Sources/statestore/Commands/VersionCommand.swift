import Application
import ArgumentParser

/// `statestore version`: the same as `--version`.
struct VersionCommand: DisplayCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Shows the version, and the commit that it was built from.")

  func run() { print(Program.description) }
}
