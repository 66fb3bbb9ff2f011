import ArgumentParser
import Verification

/// `statestore rule`: the page of a rule.
struct RuleCommand: DisplayCommand {
  static let configuration = CommandConfiguration(
    commandName: "rule",
    abstract: "Explains a rule: its meaning, causes and remedies.",
    discussion: """
        statestore rule
        statestore rule wrong-namespace
      """)

  @Argument(
    help: ArgumentHelp("The rule's name; all are listed without one.", valueName: "name"),
    completion: NameCompletion.rules)
  var name: String?

  @Flag(help: "Print the page of all rules, docs/rules.md.")
  var markdown = false

  func run() throws {
    if markdown { return print(RuleBook.markdown, terminator: "") }
    guard let name else { return print(RuleBook.list, terminator: "") }
    guard let rule = Rule(rawValue: name) else {
      throw ValidationError(Rule.unknown(name))
    }
    print(RuleBook.text(of: rule), terminator: "")
  }
}
