import ArgumentParser

struct Status: AsyncParsableCommand {
  @OptionGroup var common: CommonOptions
  func run() async throws {}
}
