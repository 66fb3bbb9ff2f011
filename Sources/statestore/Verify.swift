import ArgumentParser

struct Verify: AsyncParsableCommand {
  @OptionGroup var common: CommonOptions
  func run() async throws {}
}
