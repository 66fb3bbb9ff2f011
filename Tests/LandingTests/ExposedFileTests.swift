import Foundation
import Landing
import Logging
import Synchronization
import TestSupport
import Testing

@Suite("Files that every user can read")
struct ExposedFileTests {
  @Test("are remarked on once, together, and others are not")
  func once() async throws {
    try await withTemporaryDirectory { directory in
      let open = ["one", "two"].map { directory.appending(path: $0).path }
      let closed = directory.appending(path: "closed").path
      for (path, mode) in [(open[0], 0o644), (open[1], 0o604), (closed, 0o640)] {
        try Data("secret".utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
      }
      let log = RecordedLog()
      let all = open + [closed, directory.path, directory.path + "/missing"]
      for _ in 0..<2 { ExposedFile.remark(on: all, log.logger) }
      let line = try #require(log.lines.first)
      #expect(log.lines.count == 1)
      #expect(line.hasPrefix("\(open[0]), \(open[1]): every user"), "\(line)")
      #expect(!line.contains("secret") && line.contains("chmod"))
    }
  }

  @Test("are passed over where Kubernetes mounts a Secret")
  func mounted() async throws {
    try await withTemporaryDirectory { directory in
      let data = directory.appending(path: "..2026")
      try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
      try Data("secret".utf8).write(to: data.appending(path: "password"))
      let files = FileManager.default
      try files.createSymbolicLink(
        atPath: directory.path + "/..data", withDestinationPath: "..2026")
      let password = directory.path + "/password"
      try files.createSymbolicLink(atPath: password, withDestinationPath: "..data/password")
      let log = RecordedLog()
      ExposedFile.remark(on: [password], log.logger)
      #expect(log.lines.isEmpty)
    }
  }
}

/// What is logged.
private final class RecordedLog: Sendable {
  private let recorded = Mutex<[String]>([])

  var lines: [String] { recorded.withLock { $0 } }

  var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

  private func record(_ line: String) { recorded.withLock { $0.append(line) } }

  private struct Handler: LogHandler {
    let log: RecordedLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.warning

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { log.record("\(event.message)") }
  }
}
