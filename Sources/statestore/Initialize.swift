import ArgumentParser
import Foundation
import Git
import GitTransport
import Kratix
import Landing

/// `statestore init`: makes a state repository.
struct Initialize: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Makes a state repository with its branch and its Destinations' canary files.",
    discussion: """
      A path that does not exist, or an empty directory, becomes a bare repository. On a remote that is there already, an
      empty one included, the branch is made when it is missing.
        statestore init --repo ./state.git --destination worker
        statestore init --config ./platform
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var format: FormatOptions

  func run() async throws {
    var result = WriteResult()
    do {
      let platform = try common.loadPlatform()
      let stores = try common.openStateStores(of: platform)
      let made = try NewRepositories(for: platform)
      do {
        try await stores.landCanaries(
          options: LandingOptions(deadline: common.deadline, createsBranch: true)
        ) { result.receipts.append($0) }
      } catch {
        made.removeUnused()
        throw error
      }
      result.succeed()
    } catch {
      result.fail(Failure(error))
    }
    try show(result)
  }

  private func show(_ result: WriteResult) throws {
    switch format.output {
    case .text: Printing.text(result.text)
    case .json, .yaml: try Printing.result(result.document, as: format.output)
    }
    guard let failure = result.failure else { return }
    if format.output == .text { Printing.notice(failure.text) }
    throw ExitStatus(rawValue: result.exitStatus)
  }
}
