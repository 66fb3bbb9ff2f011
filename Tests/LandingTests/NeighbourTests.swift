import Kratix
import Testing

@testable import Landing

/// Kratix lets Destinations lie inside one another, and lets them overwrite each other's files.
@Suite("A Destination whose path lies in another's") struct NeighbourTests {
  private typealias Mode = Destination.FilepathMode

  private static func nestedPath(below top: String) -> String {
    "\(top)resources/default/promise/r/configure/5058f/a.yaml"
  }

  private static func store(
    _ outer: Mode, _ inner: Mode, canary: Bool = false
  ) throws -> MemoryStore {
    var lower = destination("inner", inner, path: "w", filename: "all.yaml")
    lower.hasInitWorkloads = canary
    return try MemoryStore([destination("outer", outer, path: "."), lower])
  }

  /// The mode of the inner one, and a file that the outer one must leave alone.
  private static let innerFiles: [(Mode, String)] = [
    (.nestedByMetadata, nestedPath(below: "w/")),
    (.nestedByMetadata, "w/resources/default/promise/r/configure/5058f/new.yaml"),
    (.nestedByMetadata, "w/resources"),
    (.none, "w/a.yaml"),
    (.none, "w/a.yaml/below"),
    (.none, "w/.kratix/default-promise-r-configure-12b21.inner-5058f.yaml"),
    (.aggregatedYAML, "w/all.yaml"),
  ]

  @Test("keeps its files: the outer one is refused, with both named", arguments: innerFiles)
  func innerKept(_ mode: Destination.FilepathMode, _ path: String) throws {
    let store = try Self.store(.none, mode)
    let inner = work("r", named: "promise-r-configure-12b21", at: "inner", ["a.yaml": "a: 1\n"])
    try store.land(.write([inner]))
    let before = try store.files()
    let error = refusal {
      try store.land(.write([work("x", named: "promise-x-configure-1", at: "outer", [path: "b"])]))
    }
    #expect(error?.outcome == .pathConflict)
    #expect(error?.message.contains("promise-x-configure-1.outer-5058f") == true)
    #expect(error?.message.contains("promise-r-configure-") == true)
    #expect(error?.message.contains(".inner-5058f of Destination inner") == true)
    #expect(try store.files() == before)
    // What it has already may go on, and so may all that touches nothing of it.
    try store.land(.write([inner]))
    try store.land(.write([work("x", named: "promise-x-configure-1", at: "outer", ["w/b": "b"])]))
  }

  @Test(
    "is refused what the outer one has, and leaves it alone",
    arguments: innerFiles.filter { !$0.1.hasSuffix("new.yaml") && !$0.1.contains(".kratix") })
  func outerKept(_ mode: Destination.FilepathMode, _ path: String) throws {
    let store = try Self.store(.none, mode)
    let outer = work("x", named: "promise-x-configure-1", at: "outer", [path: "b"])
    try store.land(.write([outer]))
    let before = try store.files()
    let error = refusal {
      try store.land(
        .write([work("r", named: "promise-r-configure-12b21", at: "inner", ["a.yaml": "a: 1\n"])]))
    }
    #expect(error?.outcome == .pathConflict)
    #expect(try store.files() == before)
    try store.land(.write([outer]))
    #expect(try store.files() == before)
  }

  @Test("keeps the file that its placements share from a layout with directories of their own")
  func sharedFileInTheWay() throws {
    let path = "resources/default/promise/r/configure/5058f"
    let store = try MemoryStore([
      destination("outer", .nestedByMetadata, path: "."),
      destination("inner", .aggregatedYAML, path: path, filename: "all.yaml"),
    ])
    try store.land(.write([work("i", at: "inner", ["a.yaml": "a: 1\n"])]))
    let before = try store.files()
    let error = refusal {
      try store.land(.write([work("r", at: "outer", ["b.yaml": "b: 1\n"])]))
    }
    #expect(error?.outcome == .pathConflict)
    #expect(try store.files() == before)
  }

  @Test("keeps its canary files, and does not put them where the outer one has a file")
  func canaries() throws {
    let store = try Self.store(.none, .none, canary: true)
    let path = "w/kratix-canary-configmap.yaml"
    let outer = work("x", at: "outer", [path: "b"])
    try store.land(.canaries)
    let error = refusal { try store.land(.write([outer])) }
    #expect(error?.outcome == .pathConflict)
    #expect(error?.message.contains("kratix-canary of Destination inner") == true)

    let other = try Self.store(.none, .none, canary: true)
    try other.land(.write([outer]))
    #expect(refusal { try other.land(.canaries) }?.outcome == .pathConflict)
    #expect(try other.texts()[path] == "b")
  }

  @Test("may be updated after Kratix let both list one file")
  func bothListed() throws {
    let store = try Self.store(.none, .none)
    let outer = work("x", named: "promise-x-configure-1", at: "outer", ["w/a.yaml": "b"])
    try store.commitAsSomebody([
      "w/a.yaml": "a",
      "w/.kratix/default-promise-r-configure-12b21.inner-5058f.yaml": "files:\n- w/a.yaml\n",
      ".kratix/default-promise-x-configure-1.outer-5058f.yaml": "files:\n- w/a.yaml\n",
    ])
    try store.land(.write([outer]))
    #expect(try store.texts()["w/a.yaml"] == "b")
  }
}
