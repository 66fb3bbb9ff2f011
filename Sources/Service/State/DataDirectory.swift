internal import Foundation
internal import Landing

/// The directory of the desired state, which one process has at a time.
///
/// Two that reconcile one desired state would undo each other's work, each sure of its own.
struct DataDirectory: Sendable {
  let path: String
  /// Held for as long as the value is; the kernel frees it however the process ends.
  private let lock: OpenFile

  /// Takes the directory, and waits for another process that is still ending.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`.
  static func take(_ path: String, within patience: Duration) async throws -> DataDirectory {
    let deadline = ContinuousClock.now + patience
    while true {
      do {
        return try DataDirectory(path)
      } catch {
        guard ContinuousClock.now < deadline else { throw error }
        try await Task.sleep(for: .milliseconds(200))
      }
    }
  }

  /// Makes the directory if there is none, and takes it.
  ///
  /// - Throws: `LandingError` with `invalid-configuration`.
  init(_ path: String) throws(LandingError) {
    self.path = path
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    } catch {
      throw LandingError(.invalidConfiguration, "\(path): \(error.localizedDescription)")
    }
    guard let lock = OpenFile(path + "/lock", O_RDWR | O_CREAT) else {
      throw LandingError(
        .invalidConfiguration, "\(path)/lock cannot be opened: \(String(cString: strerror(errno)))")
    }
    guard lock.lock() else {
      throw LandingError(
        .invalidConfiguration,
        """
        \(path) is in use by another process; one service at a time may have it: stop that one, or \
        give this one a --data directory of its own
        """)
    }
    self.lock = lock
  }

  var database: String { path + "/desired-state.sqlite" }
}
