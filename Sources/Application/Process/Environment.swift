import Foundation

/// The environment variables of the process; an empty one counts as not set.
package enum Environment {
  package static subscript(name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }
}
