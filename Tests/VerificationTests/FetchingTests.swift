import Git
import Kratix
import Manifests
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

/// A reader that counts how often one object's bytes are asked for.
private final class CountingReader: ObjectReader {
  private let base: any ObjectReader
  private let watched: ObjectID
  private(set) var readings = 0

  init(_ base: any ObjectReader, watching id: ObjectID) {
    self.base = base
    watched = id
  }

  func object(_ id: ObjectID) throws(GitError) -> GitObject {
    if id == watched { readings += 1 }
    return try base.object(id)
  }

  func byteCount(of id: ObjectID) throws(GitError) -> Int { try base.byteCount(of: id) }

  func contains(_ id: ObjectID) -> Bool { base.contains(id) }
}

@Test func aManifestAboveTheLimitIsRefusedWithoutBeingRead() throws {
  let bytes = [UInt8](repeating: 0x23, count: Limits.default.bytes + 1)
  var store = try StateStoreSample()
  store.land(["small.yaml": "# nothing"])
  store.files[
    "worker/resources/default/postgresql/postgres-example/instance-configure/5058f/big.yaml"] =
    bytes
  let (id, objects) = try store.objects()
  let reader = CountingReader(
    objects, watching: try ObjectID(of: GitObject(kind: .blob, bytes: bytes)))
  let reports = try store.verifier().check(
    requests: [request("postgres-example")], in: Snapshot(of: id, reading: reader))
  let fault = try #require(reports.first?.findings.first { $0.rule == .invalidYAML })
  #expect(fault.actual?.contains("\(bytes.count) bytes, more than the limit") == true)
  #expect(reader.readings == 0)
}
