import Application
import ArgumentParser
import Landing

/// The service that does the work, so that this process needs no Git credentials.
struct ServerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Use a statestore service, which has the Git credentials (also STATESTORE_SERVER).",
      valueName: "url"))
  var server: String?

  @Option(
    help: ArgumentHelp(
      "The token for the service, in the first line of a file (also STATESTORE_TOKEN_FILE).",
      valueName: "file"), completion: .file())
  var tokenFile: String?

  /// Whether a service is named.
  var isGiven: Bool { address != nil }

  private var address: String? { server ?? Environment["STATESTORE_SERVER"] }

  /// A client of the service; `nil` if none is named.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`.
  func client(_ common: CommonOptions) throws -> ServiceClient? {
    guard let server = address else { return nil }
    guard common.repo == nil, common.branch == nil else {
      throw LandingError(
        .invalidConfiguration,
        "--repo and --branch do not apply with --server, which has its own configuration; leave "
          + "them out, or leave --server out"
      )
    }
    guard !common.cluster else {
      throw LandingError(
        .invalidConfiguration,
        "with --server the service has the platform; leave --cluster out, or leave --server out")
    }
    return try ServiceClient(
      server: server, tokenFile: tokenFile ?? Environment["STATESTORE_TOKEN_FILE"],
      settings: common.fileSettings, deadline: common.deadline)
  }
}
