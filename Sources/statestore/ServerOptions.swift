import ArgumentParser
import Foundation
import GitTransport
import Landing
import Logging

/// Which service does the work, so that this process needs no Git credentials.
struct ServerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A statestore service that does it (also STATESTORE_SERVER); no Git credentials are needed.",
      valueName: "url"))
  var server: String?

  @Option(
    help: ArgumentHelp(
      "The token for the service, in the first line of a file (also STATESTORE_TOKEN_FILE).",
      valueName: "file"))
  var tokenFile: String?

  /// Whether a service is to do it.
  var isGiven: Bool { address != nil }

  private var address: String? { server ?? Environment["STATESTORE_SERVER"] }

  /// A client of the service; `nil` when none is named.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`.
  func client(_ common: CommonOptions) throws -> ServiceClient? {
    guard let server = address else { return nil }
    guard common.repo == nil, common.branch == nil else {
      throw LandingError(
        .invalidConfiguration,
        "--repo and --branch say where this process would find the state store, and with --server "
          + "the service goes there by its own configuration; leave them out, or leave --server out"
      )
    }
    guard let url = URL(string: server), let host = url.host(), !host.isEmpty,
      ["http", "https"].contains(url.scheme)
    else {
      throw LandingError(
        .invalidConfiguration, "--server is \(server); write it as https://HOST:PORT")
    }
    // What is no address of a remote is not this machine's either.
    let isThisMachine = (try? RemoteURL(server))?.isLoopback == true
    guard url.scheme == "https" || common.allowInsecureHttp || isThisMachine else {
      throw LandingError(
        .invalidConfiguration,
        "\(server): plain http would show the token to the network; use https, or give "
          + "--allow-insecure-http")
    }
    return ServiceClient(
      base: server.hasSuffix("/") ? String(server.dropLast()) : server,
      token: try token(common.logger),
      authorities: common.caFile, deadline: common.deadline)
  }

  private func token(_ logger: Logger) throws -> String? {
    guard let path = tokenFile ?? Environment["STATESTORE_TOKEN_FILE"] else { return nil }
    ExposedFile.remark(on: [path], logger)
    let text = String(decoding: try Input(configuration: path).bytes, as: UTF8.self)
    let line = text.prefix { !$0.isNewline }.trimmingCharacters(in: .whitespaces)
    guard !line.isEmpty, line.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
      throw LandingError(.invalidConfiguration, "\(path): there is no token in the first line")
    }
    return line
  }
}
