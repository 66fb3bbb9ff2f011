import Kratix
import Testing

@testable import Landing

/// Works that change (`scheduler_test.go` of Kratix, on a repository), in every filepath mode.
@Suite("A Work that changes", .serialized) struct GroupUpdateTests {
  private static func stores() throws -> [MemoryStore] {
    try Destination.FilepathMode.allCases.map { mode in
      try MemoryStore([destination("dev", mode), destination("pci", mode)])
    }
  }

  private static func request(_ groups: [(String, at: String, [String: String])]) -> Work {
    work("r", named: "promise-r-configure-12b21", groups)
  }

  private static func placements(_ store: MemoryStore) throws -> [String] {
    try store.destinations.flatMap { destination in
      try store.snapshot.placements(at: destination, in: store.description)
        .map { "\(destination.name)-\($0.shortID)" }
    }
  }

  @Test("S07: and gains a workload has it at the same placement")
  func gains() throws {
    for store in try Self.stores() {
      try store.land(.write([Self.request([(".", at: "dev", ["a": "1"])])]))
      try store.land(.write([Self.request([(".", at: "dev", ["a": "1", "b": "2"])])]))
      #expect(try Self.placements(store) == ["dev-5058f"])
      #expect(try store.texts().values.contains { $0.contains("2") })
    }
  }

  @Test("S08: and has no group any more has no file any more")
  func empties() throws {
    for store in try Self.stores() {
      try store.land(
        .write([Self.request([(".", at: "dev", ["a": "1"]), ("foo", at: "pci", ["foo/b": "2"])])]))
      try store.land(.write([Self.request([])]))
      #expect(try store.files().isEmpty)
    }
  }

  @Test("S09, S10, S11, S12: has a placement for each of its groups and none for those that went")
  func groups() throws {
    for store in try Self.stores() {
      try store.land(.write([Self.request([(".", at: "dev", ["a": "1"])])]))
      let both = Self.request([("foo", at: "pci", ["foo/b": "2"]), (".", at: "dev", ["a": "1"])])
      #expect(
        try store.land(.write([both])) == ["Update from: promise-r-configure-12b21.pci-acbd1"])
      #expect(try Self.placements(store) == ["dev-5058f", "pci-acbd1"])
      let one = Self.request([("foo", at: "pci", ["foo/b": "2"])])
      #expect(
        try store.land(.write([one])) == ["Delete from: promise-r-configure-12b21.dev-5058f"])
      #expect(try Self.placements(store) == ["pci-acbd1"])
    }
  }

  @Test("S13, S14: lands the groups that have a Destination, where that is asked for")
  func unscheduled() throws {
    for store in try Self.stores() {
      let work = Self.request([
        (".", at: "nowhere", ["a": "1"]), ("foo", at: "pci", ["foo/b": "2"]),
      ])
      #expect(refusal { try store.land(.write([work])) }?.outcome == .noDestination)
      #expect(try Self.placements(store) == [])
      try store.land(.write([work]), .init(allowsUnscheduled: true))
      #expect(try Self.placements(store) == ["pci-acbd1"])
    }
  }

  @Test("S19, S21, R01, R08: comes back when somebody removed it by hand")
  func removedByHand() throws {
    for store in try Self.stores() {
      let groups = [(".", at: "dev", ["a": "1"]), ("foo", at: "pci", ["foo/b": "2"])]
      try store.land(.write([Self.request(groups)]))
      let before = try store.files()
      let gone = before.keys.filter { $0.hasPrefix("dev/") }
      try store.commitAsSomebody(Dictionary(uniqueKeysWithValues: gone.map { ($0, nil) }))
      #expect(
        try store.land(.write([Self.request(groups)]))
          == ["Update from: promise-r-configure-12b21.dev-5058f"])
      #expect(try store.files() == before)
    }
  }
}
