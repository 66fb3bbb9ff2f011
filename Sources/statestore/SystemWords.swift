import Foundation

/// What the system says of a failure, in the words that every shell uses.
///
/// Foundation's own description of a missing file speaks of an operation that could not be
/// completed.
func systemWords(for error: any Error) -> String {
  let error = error as NSError
  let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
  guard underlying.domain == NSPOSIXErrorDomain else { return error.localizedDescription }
  return String(cString: strerror(Int32(underlying.code)))
}
