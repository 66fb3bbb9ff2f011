import Landing
import Testing

@testable import Application

@Suite("The command to type next")
struct NextCommandTests {
  @Test(
    "is the given one with the flags that were wrong or missing",
    arguments: [
      (
        ["verify", "--all", "--branch", "mian"], [LandingError.Correction.flag("--branch", "main")],
        "statestore verify --all --branch main"
      ),
      (
        ["verify", "--branch=mian", "--all"], [.flag("--branch", "main")],
        "statestore verify --branch=main --all"
      ),
      (
        ["write", "--config", "a b"], [.flag("--promise", "PROMISE"), .flag("--name", "NAME")],
        "statestore write --config 'a b' --promise PROMISE --name NAME"
      ),
      (
        [
          "write", "--config", "a", "b", "--rendered", "out", "--cluster", "--repo=it's", "--name",
          "n",
        ], [.initialize], #"statestore init --config a b --cluster '--repo=it'\''s'"#
      ),
    ])
  func corrected(arguments: [String], corrections: [LandingError.Correction], text: String) {
    let failure = LandingError(.invalidConfiguration, "", corrections: corrections)
    #expect(NextCommand(arguments: arguments).text(after: failure) == text)
    #expect(NextCommand(arguments: arguments).text(after: LandingError(.rejected, "")) == nil)
  }

  @Test("is doctor where a Git server cannot be used")
  func doctor() {
    let failure = LandingError(.authenticationFailed, "")
    func next(_ arguments: String...) -> String? {
      NextCommand(arguments: arguments).text(after: failure)
    }
    #expect(
      next("verify", "--all", "--config", "a", "--credentials", "b", "--timeout", "5s")
        == "statestore doctor --config a --credentials b")
    #expect(
      next("status", "--repo", "https://me:token@localhost/a.git")
        == "statestore doctor --repo https://localhost/a.git")
    #expect(next("verify", "--all", "--cluster") == nil)
    #expect(next("write", "--server=http://localhost") == nil)
    #expect(next("doctor", "--config", "a") == nil)
  }
}
