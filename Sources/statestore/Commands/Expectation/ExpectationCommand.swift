import ArgumentParser

/// `statestore expectation`: what must be there for requests.
struct ExpectationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "expectation",
    abstract: "Lists, shows, checks and drafts Expectations: what must be there for a request.",
    discussion: """
        statestore expectation list --config ./platform
        statestore expectation show postgresql
        statestore expectation check ./expectation.yaml
        statestore expectation from --rendered ./output --request ./request.yaml
      """,
    subcommands: [
      ExpectationListCommand.self, ExpectationShowCommand.self, ExpectationCheckCommand.self,
      ExpectationFromCommand.self,
    ])
}
