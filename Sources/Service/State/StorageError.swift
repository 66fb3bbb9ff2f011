internal import GRDB
internal import Landing

/// Why the database could not be read or written.
struct StorageError: LandingFailure, Sendable, CustomStringConvertible {
  let message: String

  // Neither the client nor the repository is at fault, and it is safe to try again.
  var landingError: LandingError { LandingError(.unreachable, message) }

  init(_ message: String) { self.message = message }

  var description: String { message }

  /// SQLite's own words, without the statement and its arguments, which hold manifests.
  static func words(of error: any Error) -> String {
    guard let error = error as? DatabaseError else { return "\(error)" }
    return error.message ?? "\(error.resultCode)"
  }
}
