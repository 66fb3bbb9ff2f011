/// Waits for what another task or process brings about, which tells nobody.
package func until(_ condition: () async throws -> Bool) async throws {
  while try await !condition() { try await Task.sleep(for: .milliseconds(1)) }
}
