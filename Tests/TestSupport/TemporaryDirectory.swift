package import Foundation

/// Runs a body with a new, empty directory, and removes it whatever happens.
///
/// With `STATESTORE_KEEP_TEST_FILES` in the environment it stays, for a look at it.
package func withTemporaryDirectory<Value>(
  _ body: (URL) async throws -> Value
) async throws -> Value {
  let directory = FileManager.default.temporaryDirectory
    .appendingPathComponent("statestore-test-\(UUID().uuidString.prefix(13))")
  try FileManager.default.createDirectory(
    at: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
  defer {
    if ProcessInfo.processInfo.environment["STATESTORE_KEEP_TEST_FILES"] == nil {
      // What cannot be removed shows in the temporary directory; the test has its own result.
      try? FileManager.default.removeItem(at: directory)
    }
  }
  return try await body(directory)
}
