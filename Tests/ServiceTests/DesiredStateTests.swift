import Foundation
import GRDB
import Landing
import TestSupport
import Testing

@testable import Service

/// Runs a body with a desired state that is empty, and the path of its file.
func withState(_ body: (DesiredState, String) async throws -> Void) async throws {
  try await withTemporaryDirectory { directory in
    let path = directory.path + "/desired-state.sqlite"
    try await body(try DesiredState(at: path), path)
  }
}

@Suite("The desired state")
struct DesiredStateTests {
  private let date = Date(timeIntervalSince1970: 1_795_000_000)

  @Test("holds what was put when it is opened again, as it was put")
  func durable() async throws {
    try await withState { state, path in
      let text = WorkText("example", generation: 3, files: ["a.yaml": "a: ä\n"])
      guard case .created(let created) = try await state.put(text.submission(), at: date) else {
        Issue.record("not created")
        return
      }
      #expect(created.conditions.map(\.status) == [.unknown, .unknown, .unknown, .false])
      let again = try DesiredState(at: path)
      let work = try #require(try await again.work(text.key))
      #expect(work.generation == 3)
      #expect(try work.kratixWork() == text.work)
      #expect(try await again.unsettled(in: "default") == [text.key])
    }
  }

  @Test("waits for the disk, and keeps readers and the writer apart")
  func pragmas() async throws {
    try await withState { state, _ in
      let (synchronous, mode) = try await state.database.write { database in
        (
          try Int.fetchOne(database, sql: "PRAGMA synchronous"),
          try String.fetchOne(database, sql: "PRAGMA journal_mode")
        )
      }
      #expect(synchronous == 2)
      #expect(mode == "wal")
    }
  }

  @Test(
    "says that it is full while it is, takes nothing meanwhile, and takes it when there is room")
  func full() async throws {
    try await withState { state, _ in
      func limit(_ pages: String) async throws {
        try await state.database.write { try $0.execute(sql: "PRAGMA max_page_count = \(pages)") }
      }
      let large = WorkText("large", files: ["a": String(randomLetters: 200_000)])
      _ = try await state.put(WorkText("small").submission(), at: date)
      try await limit("1")
      let error = await #expect(throws: StorageError.self) {
        _ = try await state.put(large.submission(), at: date)
      }
      #expect(error?.message == "database or disk is full")
      #expect(error.map { LandingError($0).outcome } == .unreachable)
      #expect(await state.database.problem == "database or disk is full")
      #expect(try await state.work(large.key) == nil)
      #expect(try await state.work(WorkText("small").key) != nil)
      try await limit("1000000")
      #expect(await state.database.lastingProblem() == nil)
      guard case .created = try await state.put(large.submission(), at: date) else {
        Issue.record("not taken")
        return
      }
    }
  }

  @Test("counts revisions, so that a result of an earlier one is not taken for the last one's")
  func revisions() async throws {
    try await withState { state, _ in
      _ = try await state.put(WorkText("example").submission(), at: date)
      let landed = StoreResult(
        store: "default", revision: 1, outcome: .landed, attemptedAt: "2026-11-25T00:00:00Z")
      let key = WorkText("example").key
      let settled = try await state.record(landed, of: key, stores: ["default"], at: date)
      #expect(settled?.conditions.allSatisfy { $0.status == .true } == true)
      #expect(try await state.unsettled(in: "default").isEmpty)
      let changed = try WorkText("example", files: ["b.yaml": "b: 1\n"]).submission()
      guard case .replaced(let work) = try await state.put(changed, at: date) else {
        Issue.record("not replaced")
        return
      }
      #expect(work.generation == 2)
      #expect(WorkProgress(of: work, in: ["default"]) == .pending)
      #expect(work.conditions.last?.status == .false)
      #expect(try await state.unsettled(in: "default") == [key])
    }
  }

  @Test(
    "knows of Works that an older version has stored whether they had landed, and of which Promise")
  func migration() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.path + "/desired-state.sqlite"
      let landed = Condition.updated(
        [],
        with: Condition.Kind.allCases.map { ($0, .init(status: .true, reason: "", message: "")) },
        generation: 1, at: date)
      let database = try DatabasePool(path: path)
      try Schema.migrator.migrate(database, upTo: "standing")
      try await database.write { database in
        for (name, conditions) in [("landed", try JSONText.encode(landed)), ("new", "[]")] {
          try database.execute(
            sql: """
              INSERT INTO works VALUES ('default', :name, 1, 1, NULL, 'postgresql', :name, :name, '', '',
                '{}', 0, 0, NULL, :conditions);
              INSERT INTO results VALUES ('default', :name, 'default', 1, TRUE, '{}');
              INSERT INTO placements VALUES ('default', :name, 'default', :name, 'worker', NULL, '',
                '', 'landed');
              """, arguments: ["name": name, "conditions": conditions])
        }
      }
      try database.close()
      let overview = try await DesiredState(at: path).overview(OverviewQuery(text: "nothing"))
      #expect(overview.total == 2 && overview.ready == 1)
      #expect(overview.counts.map(\.promise) == ["postgresql"] && overview.counts.first?.count == 2)
    }
  }

  @Test("calls nothing landed that has yet to go")
  func leaving() async throws {
    try await withState { state, _ in
      let text = WorkText("example")
      _ = try await state.put(text.submission(), at: date)
      let landed = StoreResult(
        store: "default", revision: 1, outcome: .landed, attemptedAt: "2026-11-25T00:00:00Z")
      _ = try await state.record(landed, of: text.key, stores: ["default"], at: date)
      #expect(try await state.overview(OverviewQuery()).ready == 1)
      let leaving = try #require(try await state.requestRemoval(of: text.key, at: date))
      #expect(leaving.conditions.last?.status == .false)
      #expect(try await state.overview(OverviewQuery(state: .notLanded)).works.count == 1)
    }
  }

  @Test("forgets a Work only when nobody has wanted it again")
  func forgetting() async throws {
    try await withState { state, _ in
      let text = WorkText("example")
      _ = try await state.put(text.submission(), at: date)
      let removed = try #require(try await state.requestRemoval(of: text.key, at: date))
      #expect(removed.isBeingRemoved)
      guard case .replaced = try await state.put(text.submission(), at: date) else {
        Issue.record("not wanted again")
        return
      }
      func recordRemoval(of revision: Int64) async throws {
        let result = StoreResult(
          store: "default", revision: revision, outcome: .removed, attemptedAt: "")
        _ = try await state.record(result, of: text.key, stores: ["default"], at: date)
      }
      try await recordRemoval(of: removed.revision)
      let work = try #require(try await state.work(text.key))
      #expect(!work.isBeingRemoved)
      let again = try #require(try await state.requestRemoval(of: text.key, at: date))
      try await recordRemoval(of: again.revision)
      #expect(try await state.work(text.key) == nil)
      #expect(try await state.requestRemoval(of: text.key, at: date) == nil)
    }
  }

  @Test("remembers a deletion when it is opened again, for as long as anybody may be late for it")
  func deletions() async throws {
    try await withState { state, path in
      func delete(_ text: WorkText, in state: DesiredState, at date: Date) async throws {
        _ = try await state.put(text.submission(), at: date)
        let removed = try #require(try await state.requestRemoval(of: text.key, at: date))
        let result = StoreResult(
          store: "default", revision: removed.revision, outcome: .removed, attemptedAt: "")
        _ = try await state.record(result, of: text.key, stores: ["default"], at: date)
      }
      var text = WorkText("example", generation: 2)
      text.uid = "a"
      try await delete(text, in: state, at: date)
      let again = try DesiredState(at: path)
      guard case .refused = try await again.put(text.submission(), at: date) else {
        Issue.record("came back")
        return
      }
      try await delete(WorkText("other"), in: again, at: date + Deletion.lifetime + 1)
      guard case .created = try await again.put(text.submission(), at: date) else {
        Issue.record("not forgotten")
        return
      }
      text.uid = "b"
      guard case .replaced = try await again.put(text.submission(), at: date) else {
        Issue.record("not replaced")
        return
      }
      text.uid = "a"
      guard case .refused = try await again.put(text.submission(), at: date) else {
        Issue.record("what was replaced came back")
        return
      }
    }
  }

  @Test("lists by namespace and labels, page by page, in the order of names")
  func lists() async throws {
    try await withState { state, _ in
      for number in 0..<10 {
        var text = WorkText("example-\(number)")
        text.namespace = number.isMultiple(of: 2) ? "even" : "odd"
        text.labels = ["number": "\(number)", "size": number < 3 ? "small" : "large"]
        if number == 9 { text.labels["last"] = "" }
        _ = try await state.put(text.submission(), at: date)
      }
      func names(_ query: WorkQuery) async throws -> [String] {
        try await state.works(query).works.map { String($0.key.name.dropFirst(8)) }
      }
      #expect(try await names(WorkQuery()) == ["0", "2", "4", "6", "8", "1", "3", "5", "7", "9"])
      #expect(try await names(WorkQuery(namespace: "odd")) == ["1", "3", "5", "7", "9"])
      let selections = [
        ("size=small", ["0", "2", "1"]), ("size!=large,number in (1, 2,9)", ["2", "1"]),
        ("last", ["9"]), ("!last,number notin (0,1,2,3,4,5,6)", ["8", "7"]),
        ("kratix.io/promise-name==plain,size=small,number=1", ["1"]),
      ]
      for (selector, expected) in selections {
        let query = WorkQuery(selector: try LabelSelector(parsing: selector))
        #expect(try await names(query) == expected, "\(selector)")
      }
      let first = try await state.works(WorkQuery(limit: 4))
      #expect(first.remaining == 6)
      let rest = try await state.works(WorkQuery(after: first.works.last?.key, limit: 100))
      #expect(rest.remaining == 0)
      #expect(Set((first.works + rest.works).map(\.key)).count == 10)
    }
  }

  @Test(
    "does not guess what a selector means",
    arguments: [
      "a in b", "a=b c", "=a", "a in (b", "a//b", "a;b", "a=(b)",
      String(repeating: "a,", count: 101),
    ])
  func selectorFaults(text: String) {
    #expect(throws: (any Error).self) { try LabelSelector(parsing: text) }
  }
}

extension String {
  /// Letters that no compressor makes fewer.
  fileprivate init(randomLetters count: Int) {
    var generator = SeededGenerator(seed: 1)
    self.init(
      (0..<count).map { _ in "abcdefghijklmnopqrstuvwxyz".randomElement(using: &generator) ?? "a" })
  }
}
