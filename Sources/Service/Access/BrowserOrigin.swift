internal import GitTransport
internal import HTTPTypes
internal import Hummingbird
internal import Manifests

/// What a browser tells of the page that has it send a request: somebody else's page must not act
/// here for whoever looks at it.
enum BrowserOrigin {
  /// Refuses what comes from pages of others.
  ///
  /// What is no browser tells none of this and is none of this. Without tokens, what keeps strangers
  /// out is the loopback address alone; a page whose name has been pointed there ("DNS rebinding")
  /// is told by that name.
  ///
  /// - Parameter isForm: Whether only a browser sends it, which says where it comes from.
  /// - Throws: `Problem` with 403.
  static func requireOwn(_ request: Request, hasTokens: Bool, isForm: Bool = false) throws {
    guard hasTokens || isLoopback(request.head.authority) else {
      throw refusal(
        "without tokens this service answers to localhost alone, not to "
          + (request.head.authority ?? ""))
    }
    guard ![.get, .head, .options].contains(request.method) else { return }
    guard !isForeign(request), !isForm || saysOrigin(request) else {
      throw refusal("the page of another site may not change anything here")
    }
  }

  /// Whether a browser says that another site's page sends this (Fetch Metadata; RFC 6454).
  private static func isForeign(_ request: Request) -> Bool {
    if let site = request.headers[.secFetchSite] { return !["same-origin", "none"].contains(site) }
    guard let origin = request.headers[.origin] else { return false }
    return origin.parts(separatedBy: "/").last.map(String.init) != request.head.authority
  }

  private static func saysOrigin(_ request: Request) -> Bool {
    request.headers[.secFetchSite] == "same-origin" || request.headers[.origin] != nil
  }

  private static func isLoopback(_ authority: String?) -> Bool {
    guard let authority else { return true }
    // What is no address is not this machine's; and no host has a user name (RFC 9110, 4.2.4).
    guard let address = try? RemoteURL("http://\(authority)/") else { return false }
    return address.isLoopback && !authority.unicodeScalars.contains("@")
  }

  private static func refusal(_ detail: String) -> Problem {
    Problem(.forbidden, "forbidden", detail)
  }
}
