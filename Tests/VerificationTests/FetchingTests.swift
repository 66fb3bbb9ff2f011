import Git
import Kratix
import Testing
import Verification

@testable import Landing

/// A cache that holds only what was asked of it before, as one over the network does.
private final class ColdReader: ObjectReader {
  private let remote: any ObjectReader
  private var fetched: Set<ObjectID> = []
  private(set) var rounds = 0

  init(_ remote: any ObjectReader) { self.remote = remote }

  func fetch(_ ids: [ObjectID]) {
    fetched.formUnion(ids)
    rounds += 1
  }

  func object(_ id: ObjectID) throws(GitError) -> GitObject {
    guard contains(id) else { throw .missing([id]) }
    return try remote.object(id)
  }

  func contains(_ id: ObjectID) -> Bool { fetched.contains(id) }

  /// Runs a reading again and again, as a state store does.
  func run<Value>(_ body: () throws -> Value) throws -> Value {
    while true {
      do { return try body() } catch let error as GitError where error.code == .objectMissing {
        try #require(rounds < 100)
        fetch(error.objects)
      }
    }
  }
}

private func rounds(checking count: Int) throws -> Int {
  var store = try StateStoreSample()
  let requests = try (0..<count).map { try request("database-\($0)") }
  for request in requests { store.land(["a.yaml": "# \(request.name)"], name: request.name) }
  let (id, remote) = try store.objects()
  let reader = ColdReader(remote)
  let verifier = try store.verifier()
  let reports = try reader.run {
    try verifier.check(requests: requests, in: Snapshot(of: id, reading: reader))
  }
  #expect(reports.count == count)
  return reader.rounds
}

@Test func manyResourcesAreReadInAsManyRoundsAsOne() throws {
  #expect(try rounds(checking: 20) == rounds(checking: 1))
}
