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
      A path that does not exist becomes a bare repository. On a remote that is there already, an
      empty one included, the branch is made when it is missing.
        statestore init --repo ./state.git --destination worker
        statestore init --config ./platform
      """)

  @OptionGroup var common: CommonOptions

  func run() async throws {
    var result = WriteResult()
    do {
      let platform = try common.loadPlatform()
      try makeRepositories(of: platform)
      let stores = try common.openStateStores(of: platform)
      try await stores.landCanaries(
        options: LandingOptions(deadline: common.deadline, createsBranch: true)
      ) { result.receipts.append($0) }
      result.succeed()
    } catch {
      result.fail(Failure(error))
    }
    try show(result)
  }

  private func show(_ result: WriteResult) throws {
    switch common.output {
    case .text: print(result.text, terminator: "")
    case .json, .yaml: try Printing.result(result.document, as: common.output)
    }
    guard let failure = result.failure else { return }
    if common.output == .text { Printing.notice(failure.text) }
    throw ExitStatus(rawValue: result.exitStatus)
  }

  private func makeRepositories(of platform: Platform) throws {
    guard !platform.stateStores.isEmpty else {
      throw LandingError(
        .invalidConfiguration,
        "there is no state store; give --repo, or a GitStateStore in --config")
    }
    for store in platform.stateStores.values {
      guard let url = try? RemoteURL(store.url), url.scheme == .file,
        !FileManager.default.fileExists(atPath: url.path)
      else { continue }
      do throws(GitError) {
        _ = try Repository.createBare(at: url.path, branch: store.branch)
      } catch {
        throw LandingError(.invalidConfiguration, "\(url.path): \(error.message)")
      }
    }
  }
}
