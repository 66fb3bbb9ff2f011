internal import HTTPTypes

extension HTTPField.Name {
  private static func known(_ name: String) -> HTTPField.Name {
    HTTPField.Name(name) ?? .authorization
  }

  static let secFetchSite = known("Sec-Fetch-Site")
  static let requestID = known("X-Request-Id")
  static let host = known("Host")
}
