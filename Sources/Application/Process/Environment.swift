import Foundation

/// The environment variables of the process; an empty one counts as not set.
package enum Environment {
  package static subscript(name: String) -> String? {
    // Not by ProcessInfo, which reads all variables each time.
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }
}
