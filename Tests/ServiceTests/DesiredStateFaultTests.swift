import Foundation
import GRDB
import Landing
import Manifests
import TestSupport
import Testing

@testable import Service

@Suite("The desired state on a disk that fails", .timeLimit(.minutes(2)))
struct DesiredStateFaultTests {
  private let date = Date(timeIntervalSince1970: 1_795_000_000)

  /// What happens to the directory while the service runs.
  enum Accident: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case deleted
    case databaseDeleted
    case logDeleted
    case replacedByACopy
    case moved

    var testDescription: String { rawValue }

    func happen(to directory: URL) throws {
      let files = FileManager.default
      let database = directory.appending(path: "desired-state.sqlite")
      let elsewhere = directory.deletingLastPathComponent().appending(path: "elsewhere")
      switch self {
      case .deleted: try files.removeItem(at: directory)
      case .databaseDeleted: try files.removeItem(at: database)
      case .logDeleted: try files.removeItem(atPath: database.path + "-wal")
      case .moved: try files.moveItem(at: directory, to: elsewhere)
      case .replacedByACopy:
        try files.moveItem(at: directory, to: elsewhere)
        try files.copyItem(at: elsewhere, to: directory)
      }
    }
  }

  @Test(
    "refuses what comes when the directory was deleted or replaced, and says so",
    arguments: Accident.allCases)
  func accidents(_ accident: Accident) async throws {
    try await withStation { station in
      #expect(try await station.put(WorkText.plain("before")).status == 201)
      try accident.happen(to: station.directory.appending(path: "data"))
      let refused = try await station.put(WorkText.plain("after"), wait: nil)
      #expect(refused.status == 503, "\(refused)")
      #expect(try refused.string(at: "/type") == "storage-failed")
      #expect(refused.text.contains("deleted or replaced"), "\(refused)")
      let ready = try await station.request("GET", "/readyz")
      #expect(ready.status == 503 && ready.text.contains("deleted or replaced"), "\(ready)")
      #expect(try await station.request("GET", "/livez").status == 200)
    }
  }

  @Test("goes on when the directory is back")
  func back() async throws {
    try await withStation { station in
      let data = station.directory.appending(path: "data")
      try Accident.moved.happen(to: data)
      #expect(try await station.put(WorkText.plain("example"), wait: nil).status == 503)
      try FileManager.default.moveItem(
        at: station.directory.appending(path: "elsewhere"), to: data)
      #expect(try await station.put(WorkText.plain("example")).status == 201)
    }
  }

  @Test("is named and not used when it is damaged")
  func damaged() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.path + "/desired-state.sqlite"
      try await fill(path)
      // The log goes into the database with its last connection.
      let pool = try DatabasePool(path: path)
      try await pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
      try pool.close()
      let file = try FileHandle(forUpdating: URL(filePath: path))
      let size = try file.seekToEnd()
      try file.seek(toOffset: size / 2)
      try file.write(contentsOf: Data(repeating: 0xFF, count: 4096))
      try file.close()
      let error = #expect(throws: StorageError.self) { try DesiredState(at: path) }
      #expect(error?.message.contains(path) == true, "\(error as Any)")
    }
  }

  private func fill(_ path: String) async throws {
    let state = try DesiredState(at: path)
    for number in 0..<50 {
      _ = try await state.put(WorkText("example-\(number)").submission(), at: date)
    }
  }

  @Test("is no database: the file is named")
  func noDatabase() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.path + "/desired-state.sqlite"
      try Data(repeating: 0x41, count: 9000).write(to: URL(filePath: path))
      let error = #expect(throws: StorageError.self) { try DesiredState(at: path) }
      #expect(error?.message.contains(path) == true, "\(error as Any)")
    }
  }

  @Test("is full when there is less room than a Work needs")
  func room() {
    #expect(throws: Never.self) { try StorageChecks.requireRoom(of: 1 << 20, at: "data") }
    let error = #expect(throws: StorageError.self) {
      try StorageChecks.requireRoom(of: 4096, at: "data")
    }
    #expect(error?.message.contains("data is full: 4 KiB are left") == true, "\(error as Any)")
  }

  static let damages = [
    "UPDATE works SET conditions = '{' WHERE name = 'damaged'",
    "UPDATE works SET conditions = '[{\"type\": \"Unknown\"}]' WHERE name = 'damaged'",
    "UPDATE works SET document = 'no: [manifest' WHERE name = 'damaged'",
    "UPDATE works SET document = '' WHERE name = 'damaged'",
    "UPDATE results SET result = '{' WHERE name = 'damaged'",
    "UPDATE results SET result = '{}' WHERE name = 'damaged'",
  ]

  @Test("shows a row that cannot be read as such, and all others as ever", arguments: damages)
  func rows(damage: String) async throws {
    try await withStation { station in
      for name in ["another", "damaged", "whole"] {
        try await station.put(WorkText.plain(name))
      }
      let database = try DatabaseQueue(
        path: station.directory.appending(path: "data/desired-state.sqlite").path)
      try await database.write { try $0.execute(sql: damage) }
      try database.close()
      for path in [
        "/v1/works", "/v1/namespaces/default/works", "/", "/works/default/damaged", "/metrics",
        "/v1/verify", "/v1/stores", station.path(of: WorkText.plain("damaged")),
      ] {
        let answer = try await station.request("GET", path)
        #expect(answer.status == 200, "\(path): \(answer)")
      }
      let list = try await station.request("GET", "/v1/works").node()
      let items = list["items"]?.sequence ?? []
      #expect(
        items.map { $0.value(at: "/metadata/name")?.string } == ["another", "damaged", "whole"])
      let damaged = try await station.get(WorkText.plain("damaged"))
      #expect(damaged.text.contains("cannot be read"), "\(damaged)")
      let look = try await station.request("POST", "/v1/stores/default/sync")
      #expect(look.status == 200 || look.status == 202, "\(look)")
      // Put again it is what it was.
      let again = try await station.put(WorkText.plain("damaged"))
      #expect(again.status == 200, "\(again)")
      let healed = try await station.get(WorkText.plain("damaged"))
      #expect(!healed.text.contains("cannot be read"), "\(healed)")
      #expect(try healed.condition("Ready")?.hasPrefix("True/") == true, "\(healed)")
    }
  }
}
