/// The version of the program and the start of its process.
package enum Program {
  package static let version = "0.1.0"

  /// When the process began; `--timeout` counts from here.
  package static let start = ContinuousClock.now
}
