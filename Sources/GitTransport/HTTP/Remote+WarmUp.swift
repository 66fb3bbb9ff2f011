import AsyncHTTPClient

extension Remote {
  /// Starts the event loops and what an HTTP client is made of, before they are needed.
  ///
  /// The first client of a process costs some milliseconds that are no part of any request.
  package static func warmUp() {
    _ = HTTPClient.shared
  }
}
