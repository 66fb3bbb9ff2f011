import Foundation
import GitTransport
import Landing

extension ServiceClient {
  /// A client of the service at an address.
  ///
  /// - Parameters:
  ///   - server: The URL of the service.
  ///   - tokenFile: A file with the token in its first line.
  /// - Throws: `LandingError` with `invalid-configuration`.
  package init(
    server: String, tokenFile: String?, settings: PlatformSettings,
    deadline: ContinuousClock.Instant
  ) throws {
    guard let url = URL(string: server), let host = url.host(), !host.isEmpty,
      ["http", "https"].contains(url.scheme)
    else {
      throw LandingError(
        .invalidConfiguration, "--server is \(server); write it as https://HOST:PORT")
    }
    // An address that cannot be a remote is not a loopback address.
    let isThisMachine = (try? RemoteURL(server))?.isLoopback == true
    guard url.scheme == "https" || settings.allowsInsecureHTTP || isThisMachine else {
      throw LandingError(
        .invalidConfiguration,
        "\(server): plain http would show the token to the network; use https, or give "
          + "--allow-insecure-http")
    }
    self.init(
      base: server.hasSuffix("/") ? String(server.dropLast()) : server,
      token: try tokenFile.map { try Self.token(in: $0, settings) },
      authorities: settings.authorities, deadline: deadline)
  }

  private static func token(in path: String, _ settings: PlatformSettings) throws -> String {
    ExposedFile.remark(on: [path], settings.logger)
    let text = String(decoding: try Input(configuration: path).bytes, as: UTF8.self)
    let line = text.prefix { !$0.isNewline }.trimmingCharacters(in: .whitespaces)
    guard !line.isEmpty, line.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
      throw LandingError(.invalidConfiguration, "\(path): there is no token in the first line")
    }
    return line
  }
}
