import Foundation
import Landing

/// The system's message for an error, as shells print it: "No such file or directory".
///
/// Foundation's description of the same error is "The operation could not be completed".
func posixMessage(for error: any Error) -> String {
  let error = error as NSError
  // Foundation reports these without the system's error.
  switch (error.domain, CocoaError.Code(rawValue: error.code)) {
  case (NSCocoaErrorDomain, .fileReadNoSuchFile), (NSCocoaErrorDomain, .fileNoSuchFile):
    return String(cString: strerror(ENOENT))
  case (NSCocoaErrorDomain, .fileReadNoPermission): return String(cString: strerror(EACCES))
  default: break
  }
  let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
  guard underlying.domain == NSPOSIXErrorDomain else { return error.localizedDescription }
  return String(cString: strerror(Int32(underlying.code)))
}

/// Converts any error of `body` to a `LandingError` with `invalid-configuration`.
///
/// - Parameter what: The file, directory or flag that the message begins with.
func mapToConfigurationError<Value>(_ what: String, _ body: () throws -> Value) throws -> Value {
  do {
    return try body()
  } catch {
    throw LandingError(.invalidConfiguration, "\(what): \(posixMessage(for: error))")
  }
}
