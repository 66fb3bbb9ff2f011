import Foundation

/// Runs a body with a path where nothing stands, and removes what stands there afterwards.
func withScratchFile(_ body: (String) throws -> Void) throws {
  let path = FileManager.default.temporaryDirectory.path + "/statestore-test-\(UUID().uuidString)"
  defer { try? FileManager.default.removeItem(atPath: path) }
  try body(path)
}

/// Whole files.
enum Bytes {
  static func read(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  static func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }
}
